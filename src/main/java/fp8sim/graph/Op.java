package fp8sim.graph;

/**
 * An operator with its attributes, in the form of the newest opset fp8sim reads (22): what older
 * opsets give as attributes (axes, pads, sizes) the importer turns into constant inputs. Each
 * record says which inputs and outputs a node of it has ({@code ?} marks an optional one, which is
 * an empty name when it is absent).
 */
public sealed interface Op
    permits ArgExtremum,
        Attention,
        AveragePool,
        BatchNormalization,
        Binary,
        Cast,
        Clip,
        Concat,
        ConstantOfShape,
        Conv,
        ConvTranspose,
        CumSum,
        DepthToSpace,
        DequantizeLinear,
        Einsum,
        Expand,
        FakeQuantize,
        Flatten,
        Gather,
        GatherElements,
        GatherND,
        Gemm,
        GlobalPool,
        GroupNormalization,
        Identity,
        If,
        InstanceNormalization,
        LayerNormalization,
        LpNormalization,
        Lrn,
        MatMul,
        MaxPool,
        Pad,
        QuantizeLinear,
        Range,
        Reduce,
        Reshape,
        Resize,
        RmsNormalization,
        ScatterND,
        ShapeOf,
        Size,
        Slice,
        Softmax,
        SpaceToDepth,
        Split,
        Squeeze,
        Tile,
        Transpose,
        Trilu,
        Unary,
        Unsqueeze,
        Where {

  /** The operator's name as in ONNX. */
  default String onnxName() {
    return getClass().getSimpleName();
  }
}
