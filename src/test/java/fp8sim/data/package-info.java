@NullMarked
package fp8sim.data;

import org.jspecify.annotations.NullMarked;
