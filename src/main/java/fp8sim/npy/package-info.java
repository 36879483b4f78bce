/**
 * NumPy's NPY and NPZ files as tensors. Read {@link fp8sim.npy.Npy} first. Imports common and
 * tensor.
 */
@NullMarked
package fp8sim.npy;

import org.jspecify.annotations.NullMarked;
