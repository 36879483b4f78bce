package fp8sim.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import fp8sim.common.Fp8simException;
import fp8sim.common.OutputFile;
import fp8sim.common.UserOption;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.tensor.DataType;
import fp8sim.tensor.PackedElements;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes graphs as ONNX models. The same graph gives the same bytes: constants stand in the order
 * in which nodes read them, and there are no times or paths in the file.
 */
public final class OnnxWriter {
  /**
   * Quantization in blocks, 4-bit integers and GroupNormalization as fp8sim has it are new here.
   */
  public static final int LEAST_OPSET = 21;

  /** The newest opset of which operators or types are written. */
  public static final int NEWEST_OPSET = OperatorTable.LAST_OPSET;

  /** Tensors of fewer bytes stay in the model when others go to a file of their own. */
  private static final int LEAST_EXTERNAL = 1024;

  private static final int ALIGNMENT = 64;
  private static final long CHUNK = 1 << 24;

  /** What protobuf can hold in one message. */
  private static final long LARGEST_MODEL = Integer.MAX_VALUE;

  /** The IR version of an opset from {@link #LEAST_OPSET} on: 10, 10, 11, 12, 13, ... */
  private static int irVersion(long opset) {
    return opset < 23 ? 10 : (int) Math.min(opset - 12, 13);
  }

  private OnnxWriter() {}

  /** The opset in which an element type is new. */
  public static int opsetOf(DataType type) {
    return ExportContext.opsetOf(type);
  }

  /** Whether a node of a graph without types can be written as it is. */
  public static boolean canWrite(Node node) {
    return switch (node.op()) {
      case Op.Composite _, Op.Loop _, Op.Scan _, Op.LinearAttention _ -> false;
      case Op.If op ->
          op.thenBranch().nodes().stream().allMatch(OnnxWriter::canWrite)
              && op.elseBranch().nodes().stream().allMatch(OnnxWriter::canWrite);
      default -> true;
    };
  }

  /**
   * An output as the file declares it.
   *
   * @param type null if the file declares the name only
   * @param dims numbers, or names of dynamic dimensions
   */
  public record Output(String name, @Nullable DataType type, List<GraphInput.Dimension> dims) {}

  /**
   * A graph with what a file says about it.
   *
   * @param graph of operators that ONNX has; where types are known they are used
   * @param outputs of the graph, in its order
   * @param newestOpset of ONNX that the file may need
   * @param producerVersion the version of fp8sim
   * @param metadata keys and values, in their order
   */
  public record Content(
      Graph graph,
      List<Output> outputs,
      int newestOpset,
      String producerVersion,
      Map<String, String> metadata) {
    public Content {
      outputs = List.copyOf(outputs);
      metadata = new LinkedHashMap<>(metadata);
    }
  }

  /**
   * The files of a model, to be written in this order.
   *
   * @param data a file beside the model's that holds its large constants; null if the model does
   * @throws Fp8simException (input) if an operator has no form in ONNX or a model in one file
   *     exceeds 2 GB; (usage) if the file needs a newer opset
   */
  public static Map<Path, OutputFile.Content> files(
      Path target, @Nullable Path data, Content content) {
    Map<Path, OutputFile.Content> files = new LinkedHashMap<>();
    if (data == null) {
      files.put(target, model(content, null)::writeTo);
      return files;
    }
    List<Tensor> moved = new ArrayList<>();
    ModelProto model = model(content, new Outside(String.valueOf(data.getFileName()), moved));
    files.put(data, stream -> writeTensors(stream, moved));
    files.put(target, model::writeTo);
    return files;
  }

  /** The file's bytes. */
  public static byte[] bytes(Content content) {
    return model(content, null).toByteArray();
  }

  /** Where large constants go. */
  private record Outside(String file, List<Tensor> moved) {}

  private static ModelProto model(Content content, @Nullable Outside outside) {
    Graph graph = content.graph();
    ExportContext context = new ExportContext(graph, LEAST_OPSET);
    OperatorWriter writer = new OperatorWriter(context);
    var outer = context.begin();
    graph.nodes().forEach(writer::write);
    GraphProto.Builder proto =
        GraphProto.newBuilder().setName("network").addAllNode(context.end(outer));
    graph.outputs().forEach(context::use);
    addConstants(proto, graph, context.constants(), outside);
    for (GraphInput input : graph.inputs()) {
      proto.addInput(value(input.name(), input.type(), input.dims()));
    }
    for (Output output : content.outputs()) {
      proto.addOutput(value(output.name(), output.type(), output.dims()));
    }
    long opset = context.opsets().getOrDefault("", 0L);
    if (opset > content.newestOpset()) {
      throw Fp8simException.usage(
          "%s: operators or element types of the exported network are new in opset %d of ONNX; give"
                  .formatted(graph.name(), opset)
              + " a larger "
              + UserOption.OPSET);
    }
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(irVersion(opset))
            .setProducerName("fp8sim")
            .setProducerVersion(content.producerVersion())
            .setGraph(proto);
    context
        .opsets()
        .forEach(
            (domain, version) ->
                model.addOpsetImport(
                    OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version)));
    content
        .metadata()
        .forEach(
            (key, value) ->
                model.addMetadataProps(
                    StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build();
  }

  private static void addConstants(
      GraphProto.Builder proto,
      Graph graph,
      Map<String, Tensor> constants,
      @Nullable Outside outside) {
    long inside = 0;
    long offset = 0;
    for (Map.Entry<String, Tensor> constant : constants.entrySet()) {
      Tensor tensor = constant.getValue();
      long bytes = TensorWriter.size(tensor);
      if (outside == null || bytes < LEAST_EXTERNAL) {
        inside += bytes;
        requireFitting(graph, inside);
        proto.addInitializer(TensorWriter.inline(constant.getKey(), tensor));
      } else {
        proto.addInitializer(
            TensorWriter.external(constant.getKey(), tensor, outside.file(), offset));
        outside.moved().add(tensor);
        offset = aligned(offset + bytes);
      }
    }
  }

  /** Nodes and names are counted with a generous share of the whole. */
  private static void requireFitting(Graph graph, long bytes) {
    if (bytes > LARGEST_MODEL / 8 * 7) {
      throw Fp8simException.input(
          graph.name()
              + ": the exported model would exceed the 2 GB that one ONNX file may have; give "
              + UserOption.EXTERNAL_DATA
              + ", which puts its constants into a second file");
    }
  }

  private static long aligned(long offset) {
    return Math.ceilDiv(offset, (long) ALIGNMENT) * ALIGNMENT;
  }

  private static void writeTensors(OutputStream stream, List<Tensor> tensors) throws IOException {
    long position = 0;
    for (Tensor tensor : tensors) {
      stream.write(new byte[(int) (aligned(position) - position)]);
      long size = TensorWriter.size(tensor);
      MemorySegment data =
          tensor.type().isPacked()
              ? MemorySegment.ofArray(PackedElements.pack(tensor))
              : tensor.data();
      for (long start = 0; start < size; start += CHUNK) {
        ByteBuffer part = data.asSlice(start, Math.min(CHUNK, size - start)).asByteBuffer();
        Channels.newChannel(stream).write(part);
      }
      position = aligned(position) + size;
    }
  }

  private static ValueInfoProto value(
      String name, @Nullable DataType type, List<GraphInput.Dimension> dims) {
    if (type == null) {
      return ValueInfoProto.newBuilder().setName(name).build();
    }
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (GraphInput.Dimension dim : dims) {
      TensorShapeProto.Dimension.Builder proto = TensorShapeProto.Dimension.newBuilder();
      if (!dim.isDynamic()) {
        proto.setDimValue(dim.size());
      } else if (!dim.symbol().isEmpty()) {
        proto.setDimParam(dim.symbol());
      }
      shape.addDim(proto);
    }
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder().setElemType(type.onnxCode()).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
