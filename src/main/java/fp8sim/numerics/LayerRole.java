package fp8sim.numerics;

/**
 * What decides the numerics of a weight layer.
 *
 * @param name the node's name
 * @param first whether no weight layer comes before it in the graph
 * @param last whether none comes after it
 * @param depthwise whether it is a convolution with one input channel per group
 */
public record LayerRole(String name, boolean first, boolean last, boolean depthwise) {
  /** A layer in the middle of a network. */
  public static LayerRole of(String name) {
    return new LayerRole(name, false, false, false);
  }
}
