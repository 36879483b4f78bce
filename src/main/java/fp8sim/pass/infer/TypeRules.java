package fp8sim.pass.infer;

import fp8sim.graph.Node;
import fp8sim.graph.Op;

/** Finds the types of a node's outputs from what is known about its inputs. */
final class TypeRules {
  private TypeRules() {}

  static Inferred infer(Node node, Operands in) {
    return switch (node.op()) {
      case Op.AffineGrid op -> SamplingRules.affineGrid(op, in);
      case Op.ArgExtremum op -> ReductionRules.argExtremum(op, in);
      case Op.Attention op -> ProductRules.attention(op, in);
      case Op.AveragePool op -> WindowRules.averagePool(op, in);
      case Op.BatchNormalization op -> NormalizationRules.batch(op, in);
      case Op.Binary op -> ElementwiseRules.binary(op, in);
      case Op.BitCast op -> ElementwiseRules.bitCast(op, in);
      case Op.Cast op -> Inferred.of(op, in, op.to(), in.shape(0));
      case Op.CenterCropPad op -> SelectionRules.centerCropPad(op, in);
      case Op.CastLike op -> ElementwiseRules.castLike(op, in);
      case Op.Clip op -> ElementwiseRules.clip(op, in);
      case Op.Col2Im op -> SamplingRules.columnsToImage(op, in);
      case Op.Composite op -> throw new IllegalStateException("it is written out before");
      case Op.Concat op -> LayoutRules.concat(op, in);
      case Op.ConstantOfShape op -> GeneratorRules.constantOfShape(op, in);
      case Op.Conv op -> WindowRules.conv(op, in);
      case Op.ConvTranspose op -> WindowRules.convTranspose(op, in);
      case Op.CumProd op -> ReductionRules.cumulative(op, in);
      case Op.CumSum op -> ReductionRules.cumulative(op, in);
      case Op.DeformPatches op -> SamplingRules.deformPatches(op, in);
      case Op.DepthToSpace op -> LayoutRules.depthToSpace(op, in);
      case Op.DequantizeLinear op -> QuantizationRules.dequantize(op, in);
      case Op.Det op -> RankingRules.determinant(op, in);
      case Op.DynamicQuantizeLinear op -> QuantizationRules.dynamic(op, in);
      case Op.Einsum op -> EinsumRule.infer(op, in);
      case Op.Expand op -> LayoutRules.expand(op, in);
      case Op.EyeLike op -> GeneratorRules.eyeLike(op, in);
      case Op.FakeQuantize op -> ElementwiseRules.sameAsInput(op, in);
      case Op.Flatten op -> LayoutRules.flatten(op, in);
      case Op.Gather op -> SelectionRules.gather(op, in);
      case Op.GatherElements op -> SelectionRules.gatherElements(op, in);
      case Op.GatherND op -> SelectionRules.gatherNd(op, in);
      case Op.RoiAlign op -> SamplingRules.roiAlign(op, in);
      case Op.ScatterElements op -> ScatterRules.elements(op, in);
      case Op.ScatterND op -> ScatterRules.slices(op, in);
      case Op.Gemm op -> ProductRules.gemm(op, in);
      case Op.GlobalPool op -> WindowRules.globalPool(op, in);
      case Op.GridSample op -> SamplingRules.gridSample(op, in);
      case Op.GroupNormalization op -> NormalizationRules.group(op, in);
      case Op.Hardmax op -> RankingRules.hardmax(op, in);
      case Op.Identity op -> ElementwiseRules.sameAsInput(op, in);
      case Op.If _ -> throw new IllegalStateException("a branch is chosen before");
      case Op.Loop _, Op.Scan _ -> throw new IllegalStateException("iterations are written out");
      case Op.InstanceNormalization op -> NormalizationRules.instance(op, in);
      case Op.LayerNormalization op -> NormalizationRules.layer(op, in);
      case Op.LinearAttention op -> ProductRules.linearAttention(op, in);
      case Op.LpNormalization op -> NormalizationRules.lp(op, in);
      case Op.LpPool op -> WindowRules.lpPool(op, in);
      case Op.Lrn op -> NormalizationRules.lrn(op, in);
      case Op.MatMul op -> ProductRules.matMul(op, in);
      case Op.MaxPool op -> WindowRules.maxPool(op, in);
      case Op.MaxRoiPool op -> SamplingRules.maxRoiPool(op, in);
      case Op.MaxUnpool op -> SamplingRules.maxUnpool(op, in);
      case Op.OneHot op -> RankingRules.oneHot(op, in);
      case Op.NonZero op -> SelectionRules.nonZero(op, in);
      case Op.Pad op -> SelectionRules.pad(op, in);
      case Op.QuantizeLinear op -> QuantizationRules.quantize(op, in);
      case Op.Range op -> GeneratorRules.range(op, in);
      case Op.Recurrence op -> RecurrenceRule.infer(op, in);
      case Op.Reduce op -> ReductionRules.reduce(op, in);
      case Op.Reshape op -> LayoutRules.reshape(op, in);
      case Op.Resize op -> ResizeRule.infer(op, in);
      case Op.ReverseSequence op -> ScatterRules.reverseSequence(op, in);
      case Op.RmsNormalization op -> NormalizationRules.rms(op, in);
      case Op.ShapeOf op -> GeneratorRules.shapeOf(op, in);
      case Op.Size op -> GeneratorRules.size(op, in);
      case Op.Slice op -> SelectionRules.slice(op, in);
      case Op.Softmax op -> NormalizationRules.softmax(op, in);
      case Op.SpaceToDepth op -> LayoutRules.spaceToDepth(op, in);
      case Op.Split op -> LayoutRules.split(op, in);
      case Op.Squeeze op -> LayoutRules.squeeze(op, in);
      case Op.Tile op -> LayoutRules.tile(op, in);
      case Op.TopK op -> RankingRules.topK(op, in);
      case Op.Transpose op -> LayoutRules.transpose(op, in);
      case Op.Trilu op -> SelectionRules.trilu(op, in);
      case Op.Unary op -> ElementwiseRules.unary(op, in);
      case Op.Unsqueeze op -> LayoutRules.unsqueeze(op, in);
      case Op.Where op -> ElementwiseRules.where(op, in);
    };
  }
}
