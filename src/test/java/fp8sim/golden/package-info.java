/** Cases that an independent implementation of the numerics computed (the PyTorch study). */
@NullMarked
package fp8sim.golden;

import org.jspecify.annotations.NullMarked;
