/**
 * Images: decoding, resizing and preprocessing as torchvision does on PIL images. Read {@link
 * fp8sim.image.Preprocess} first. Imports common and tensor.
 */
@NullMarked
package fp8sim.image;

import org.jspecify.annotations.NullMarked;
