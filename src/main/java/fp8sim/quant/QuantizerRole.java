package fp8sim.quant;

import fp8sim.quant.ProductSite.Part;

/** What a quantizer is to its layer. */
public enum QuantizerRole {
  /** Of the constant operand of a weight layer. */
  WEIGHT("/weight"),

  /** Of the computed operand of a weight layer; of what a node of one operand reads. */
  INPUT("/input"),

  /** Of what a node, or a weight layer with its activation function, gives. */
  OUTPUT("/output"),

  /** Of what a product gives, before anything is done with it. */
  RESULT("/result"),

  /** Of the left operand of a product of two computed operands. */
  LEFT("/a"),

  /** Of the right operand of a product of two computed operands. */
  RIGHT("/b"),

  QUERY("/query"),
  KEY("/key"),
  VALUE("/value"),

  /** Of what the softmax of attention reads. */
  SCORES("/scores"),

  /** Of what the softmax of attention gives. */
  PROBABILITIES("/probabilities"),

  /** Of what queries times keys give, before they are scaled. */
  SCORES_RESULT(Part.SCORES),

  /** Of what probabilities times values give. */
  VALUES_RESULT(Part.VALUES),

  /** Of a tensor outside of any network. */
  ALONE("");

  private final String suffix;
  private final Part part;

  QuantizerRole(String suffix) {
    this.suffix = suffix;
    this.part = Part.WHOLE;
  }

  /** The result of a product within a layer. */
  QuantizerRole(Part part) {
    this.suffix = part.suffix() + "/result";
    this.part = part;
  }

  String suffix() {
    return suffix;
  }

  /** The product within the layer that the quantizer belongs to. */
  Part part() {
    return part;
  }
}
