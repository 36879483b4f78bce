/**
 * Model cards (input, preprocessing, published accuracy) and the models and data bundled in the
 * jar. Read {@link fp8sim.model.ModelCard} first. Imports common and image.
 */
@NullMarked
package fp8sim.model;

import org.jspecify.annotations.NullMarked;
