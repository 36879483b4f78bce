package fp8sim.numerics;

/**
 * What names of quantizers, and of products within a node, have behind the name of their node. They
 * stand in files of ranges, and so stay as they are.
 */
public final class NameSuffix {
  /** The constant operand of a weight layer. */
  public static final String WEIGHT = "/weight";

  /** The computed operand of a weight layer; what a node of one operand reads. */
  public static final String INPUT = "/input";

  /** What a node, or a weight layer with its activation function, gives. */
  public static final String OUTPUT = "/output";

  /** What a product gives, before anything is done with it. */
  public static final String RESULT = "/result";

  /** The left operand of a product of two computed operands. */
  public static final String LEFT = "/a";

  /** The right operand of a product of two computed operands. */
  public static final String RIGHT = "/b";

  public static final String QUERY = "/query";
  public static final String KEY = "/key";
  public static final String VALUE = "/value";

  /** In attention the product of queries and keys; the quantizer of what its softmax reads. */
  public static final String SCORES = "/scores";

  /** What the softmax of attention gives. */
  public static final String PROBABILITIES = "/probabilities";

  /** In attention the product of probabilities and values. */
  public static final String VALUES = "/values";

  private NameSuffix() {}
}
