package fp8sim.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import fp8sim.tensor.Tensor;
import java.util.List;

/** A {@code NodeProto} that is being filled. Attributes stand in the order in which they come. */
final class NodeDraft {
  private final NodeProto.Builder proto = NodeProto.newBuilder();

  NodeDraft(String operator, String name, List<String> inputs, List<String> outputs) {
    proto.setOpType(operator).setName(name);
    proto.addAllInput(withoutTrailingGaps(inputs)).addAllOutput(withoutTrailingGaps(outputs));
  }

  private static List<String> withoutTrailingGaps(List<String> names) {
    int size = names.size();
    while (size > 0 && names.get(size - 1).isEmpty()) {
      size--;
    }
    return names.subList(0, size);
  }

  NodeDraft domain(String domain) {
    proto.setDomain(domain);
    return this;
  }

  NodeDraft integer(String name, long value) {
    proto.addAttribute(attribute(name, AttributeType.INT).setI(value));
    return this;
  }

  NodeDraft flag(String name, boolean value) {
    return integer(name, value ? 1 : 0);
  }

  NodeDraft number(String name, float value) {
    proto.addAttribute(attribute(name, AttributeType.FLOAT).setF(value));
    return this;
  }

  NodeDraft string(String name, String value) {
    AttributeProto.Builder attribute = attribute(name, AttributeType.STRING);
    proto.addAttribute(attribute.setS(ByteString.copyFromUtf8(value)));
    return this;
  }

  /** A list, left out where it is empty, which stands for the attribute's default. */
  NodeDraft integers(String name, List<Integer> values) {
    if (!values.isEmpty()) {
      AttributeProto.Builder attribute = attribute(name, AttributeType.INTS);
      values.forEach(attribute::addInts);
      proto.addAttribute(attribute);
    }
    return this;
  }

  /** As {@link #integers}. */
  NodeDraft numbers(String name, List<Float> values) {
    if (!values.isEmpty()) {
      proto.addAttribute(attribute(name, AttributeType.FLOATS).addAllFloats(values));
    }
    return this;
  }

  /** As {@link #integers}. */
  NodeDraft strings(String name, List<String> values) {
    if (!values.isEmpty()) {
      AttributeProto.Builder attribute = attribute(name, AttributeType.STRINGS);
      values.forEach(value -> attribute.addStrings(ByteString.copyFromUtf8(value)));
      proto.addAttribute(attribute);
    }
    return this;
  }

  NodeDraft tensor(String name, Tensor value) {
    proto.addAttribute(attribute(name, AttributeType.TENSOR).setT(TensorWriter.inline("", value)));
    return this;
  }

  NodeDraft graph(String name, GraphProto value) {
    proto.addAttribute(attribute(name, AttributeType.GRAPH).setG(value));
    return this;
  }

  private static AttributeProto.Builder attribute(String name, AttributeType type) {
    return AttributeProto.newBuilder().setName(name).setType(type);
  }

  NodeProto proto() {
    return proto.build();
  }
}
