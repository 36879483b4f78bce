/**
 * Models as the user names them: graph, card, file and hash; cards (input, preprocessing, published
 * accuracy); the models and data bundled in the jar. Read {@link fp8sim.model.Model} first. Imports
 * common, graph, image and tensor.
 */
@NullMarked
package fp8sim.model;

import org.jspecify.annotations.NullMarked;
