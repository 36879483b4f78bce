/**
 * Cases that an independent implementation of the numerics computed: the study's own code, as
 * docs/semantics.md names it.
 */
@NullMarked
package fp8sim.golden;

import org.jspecify.annotations.NullMarked;
