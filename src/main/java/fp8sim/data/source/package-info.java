/**
 * Where samples come from: image folders, labels in CSV, IDX, NPY/NPZ, CIFAR binary and plain
 * records. Read {@link fp8sim.data.source.SampleSource} first, then {@link
 * fp8sim.data.source.SourceOpener}. Imports common, npy, image and tensor.
 */
@NullMarked
package fp8sim.data.source;

import org.jspecify.annotations.NullMarked;
