package fp8sim.onnx;

import fp8sim.graph.RecurrentActivation;
import fp8sim.graph.RecurrentCell;
import fp8sim.graph.UnaryFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The attributes {@code activations}, {@code activation_alpha} and {@code activation_beta} of
 * recurrent operators. As in ONNX Runtime, names are read without regard to case, and the numbers
 * are given out in order to the functions that have such a parameter; where they run out, it has
 * the default of the operator of that name.
 */
final class RecurrentActivations {
  private final NodeImport node;
  private final float[] alphas;
  private final float[] betas;
  private int nextAlpha;
  private int nextBeta;

  private RecurrentActivations(NodeImport node) {
    this.node = node;
    this.alphas = node.attributes().numbers("activation_alpha");
    this.betas = node.attributes().numbers("activation_beta");
  }

  /** The functions of all directions, one after the other. */
  static List<RecurrentActivation> of(NodeImport node, RecurrentCell cell, int directions) {
    List<String> names = node.attributes().strings("activations");
    int count = cell.functions() * directions;
    if (!names.isEmpty() && names.size() != count) {
      throw node.error("has %d activations, not %d".formatted(names.size(), count));
    }
    RecurrentActivations reader = new RecurrentActivations(node);
    List<RecurrentActivation> functions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String standard = standard(cell, i % cell.functions());
      functions.add(reader.function(names.isEmpty() ? standard : names.get(i)));
    }
    return functions;
  }

  private static String standard(RecurrentCell cell, int position) {
    return position == 0 && cell != RecurrentCell.RNN ? "Sigmoid" : "Tanh";
  }

  private RecurrentActivation function(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "affine" -> RecurrentActivation.affine(alpha(1), beta(0));
      case "elu" -> RecurrentActivation.of(UnaryFunction.ELU, alpha(1), 0);
      case "hardsigmoid" ->
          RecurrentActivation.of(UnaryFunction.HARD_SIGMOID, alpha(0.2f), beta(0.5f));
      case "leakyrelu" -> RecurrentActivation.of(UnaryFunction.LEAKY_RELU, alpha(0.01f), 0);
      case "relu" -> RecurrentActivation.of(UnaryFunction.RELU, 0, 0);
      case "scaledtanh" -> RecurrentActivation.scaledTanh(alpha(1), beta(1));
      case "sigmoid" -> RecurrentActivation.of(UnaryFunction.SIGMOID, 0, 0);
      case "softplus" -> RecurrentActivation.of(UnaryFunction.SOFTPLUS, 0, 0);
      case "softsign" -> RecurrentActivation.of(UnaryFunction.SOFTSIGN, 0, 0);
      case "tanh" -> RecurrentActivation.of(UnaryFunction.TANH, 0, 0);
      case "thresholdedrelu" -> RecurrentActivation.of(UnaryFunction.THRESHOLDED_RELU, alpha(1), 0);
      default -> throw node.unsupported("activation \"" + Text.shorten(name) + "\"");
    };
  }

  private float alpha(float standard) {
    return nextAlpha < alphas.length ? alphas[nextAlpha++] : standard;
  }

  private float beta(float standard) {
    return nextBeta < betas.length ? betas[nextBeta++] : standard;
  }
}
