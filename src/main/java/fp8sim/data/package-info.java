/**
 * Labelled data: image folders, IDX, NPY/NPZ, CIFAR binary and plain records, described by small
 * JSON files, read ahead of the network and preprocessed as torchvision does on PIL images; model
 * cards and bundled files. Imports fp8sim.tensor. Read {@link fp8sim.data.DatasetDescription}
 * first.
 */
@NullMarked
package fp8sim.data;

import org.jspecify.annotations.NullMarked;
