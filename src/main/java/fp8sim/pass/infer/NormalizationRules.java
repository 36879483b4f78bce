package fp8sim.pass.infer;

import fp8sim.graph.Op;
import fp8sim.tensor.Shape;

/** Types of normalizations and softmax. */
final class NormalizationRules {
  private NormalizationRules() {}

  static Inferred batch(Op.BatchNormalization op, Operands in) {
    requireChannels(in, in.rank(0) < 2 ? 1 : in.shape(0).dim(1));
    return ElementwiseRules.sameAsInput(op, in);
  }

  static Inferred instance(Op.InstanceNormalization op, Operands in) {
    in.requireRank(0, "input", 3, Integer.MAX_VALUE);
    requireChannels(in, in.shape(0).dim(1));
    return ElementwiseRules.sameAsInput(op, in);
  }

  static Inferred group(Op.GroupNormalization op, Operands in) {
    in.requireRank(0, "input", 3, Integer.MAX_VALUE);
    int channels = in.shape(0).dim(1);
    if (op.groups() < 1 || channels % op.groups() != 0) {
      throw in.error("%d channels cannot be cut into %d groups".formatted(channels, op.groups()));
    }
    requireChannels(in, op.perGroup() ? op.groups() : channels);
    return ElementwiseRules.sameAsInput(op, in);
  }

  static Inferred layer(Op.LayerNormalization op, Operands in) {
    int axis = in.axis(op.axis(), in.rank(0));
    requireScale(in, axis);
    return ElementwiseRules.sameAsInput(new Op.LayerNormalization(axis, op.epsilon()), in);
  }

  static Inferred rms(Op.RmsNormalization op, Operands in) {
    int axis = in.axis(op.axis(), in.rank(0));
    requireScale(in, axis);
    return ElementwiseRules.sameAsInput(new Op.RmsNormalization(axis, op.epsilon()), in);
  }

  static Inferred lp(Op.LpNormalization op, Operands in) {
    in.requireFloating(0);
    int axis = in.axis(op.axis(), in.rank(0));
    return ElementwiseRules.sameAsInput(new Op.LpNormalization(axis, op.p()), in);
  }

  static Inferred lrn(Op.Lrn op, Operands in) {
    in.requireFloating(0);
    in.requireRank(0, "input", 2, Integer.MAX_VALUE);
    if (op.size() < 1) {
      throw in.error("size is " + op.size());
    }
    return ElementwiseRules.sameAsInput(op, in);
  }

  static Inferred softmax(Op.Softmax op, Operands in) {
    in.requireFloating(0);
    int rank = in.rank(0);
    if (rank == 0) {
      throw in.error("a scalar has no axis");
    }
    // Before opset 13 the axis could also be the rank: one row per element.
    int axis = op.toEnd() && op.axis() == rank ? rank : in.axis(op.axis(), rank);
    boolean last = axis == rank - 1;
    return ElementwiseRules.sameAsInput(new Op.Softmax(axis, op.toEnd() && !last, op.log()), in);
  }

  private static void requireChannels(Operands in, int channels) {
    in.requireFloating(0);
    for (int i = 1; i < in.count(); i++) {
      if (in.has(i)) {
        in.requireFloating(i);
        in.requireShape(i, "input " + i, Shape.of(channels));
      }
    }
  }

  private static void requireScale(Operands in, int axis) {
    in.requireFloating(0);
    for (int i = 1; i < in.count(); i++) {
      if (in.has(i)) {
        in.requireFloating(i);
        BroadcastRule.requireOneWay(in, "input " + i, in.shape(i), in.shape(0));
        int outer = in.rank(i) - in.rank(0) + axis;
        if (outer > 0 && in.shape(i).elements(0, outer) != 1) {
          throw in.error(
              "input %d of shape %s varies outside the normalized axes".formatted(i, in.shape(i)));
        }
      }
    }
  }
}
