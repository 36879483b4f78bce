package fp8sim.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import fp8sim.common.Fp8simException;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a node, checked for type and range. Attributes that no converter asks for are
 * an error, as they might change what the node means.
 */
final class Attributes {
  private final Map<String, AttributeProto> attributes;
  private final TensorReader tensors;
  private final String where;
  private final Set<String> read = new HashSet<>();

  /**
   * @param where names file and node in messages
   */
  Attributes(Map<String, AttributeProto> attributes, TensorReader tensors, String where) {
    this.attributes = attributes;
    this.tensors = tensors;
    this.where = where;
  }

  /** Names file and node in messages. */
  String where() {
    return where;
  }

  boolean has(String name) {
    return attributes.containsKey(name);
  }

  /** Says that these attributes do not matter for inference. */
  void ignore(String... names) {
    read.addAll(List.of(names));
  }

  int integer(String name, int defaultValue) {
    AttributeProto attribute = find(name, AttributeType.INT);
    return attribute == null ? defaultValue : narrow(name, attribute.getI());
  }

  int integer(String name) {
    AttributeProto attribute = find(name, AttributeType.INT);
    if (attribute == null) {
      throw error("attribute \"" + name + "\" is missing");
    }
    return narrow(name, attribute.getI());
  }

  boolean flag(String name, boolean defaultValue) {
    return integer(name, defaultValue ? 1 : 0) != 0;
  }

  long longInteger(String name) {
    AttributeProto attribute = find(name, AttributeType.INT);
    return attribute == null ? 0 : attribute.getI();
  }

  float number(String name, float defaultValue) {
    AttributeProto attribute = find(name, AttributeType.FLOAT);
    return attribute == null ? defaultValue : attribute.getF();
  }

  String string(String name, String defaultValue) {
    AttributeProto attribute = find(name, AttributeType.STRING);
    return attribute == null ? defaultValue : attribute.getS().toStringUtf8();
  }

  /** A list of integers; empty if absent. */
  List<Integer> integers(String name) {
    List<Integer> values = new ArrayList<>();
    for (long value : longs(name)) {
      values.add(narrow(name, value));
    }
    return List.copyOf(values);
  }

  /** As {@link #integers}, with the range of ONNX's sizes and positions. */
  long[] longs(String name) {
    AttributeProto attribute = find(name, AttributeType.INTS);
    if (attribute == null) {
      return new long[0];
    }
    long[] values = new long[attribute.getIntsCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = attribute.getInts(i);
    }
    return values;
  }

  float[] numbers(String name) {
    AttributeProto attribute = find(name, AttributeType.FLOATS);
    if (attribute == null) {
      return new float[0];
    }
    float[] values = new float[attribute.getFloatsCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = attribute.getFloats(i);
    }
    return values;
  }

  /** A list of texts; empty if absent. */
  List<String> strings(String name) {
    AttributeProto attribute = find(name, AttributeType.STRINGS);
    return attribute == null
        ? List.of()
        : attribute.getStringsList().stream().map(text -> text.toStringUtf8()).toList();
  }

  @Nullable Tensor tensor(String name) {
    AttributeProto attribute = find(name, AttributeType.TENSOR);
    if (attribute == null) {
      return null;
    }
    supported(name, attribute.getT().getDataType());
    return tensors.read(attribute.getT(), where + " attribute \"" + name + "\"");
  }

  /** An element type given by its number in ONNX; null if absent. */
  @Nullable DataType type(String name) {
    AttributeProto attribute = find(name, AttributeType.INT);
    return attribute == null ? null : supported(name, narrow(name, attribute.getI()));
  }

  private static DataType supported(String name, int code) {
    DataType type = TensorReader.supported(code);
    if (type == null) {
      throw new UnsupportedNodeException(
          "%s has the type %s".formatted(name, TensorReader.typeName(code)));
    }
    return type;
  }

  GraphProto graph(String name) {
    AttributeProto attribute = find(name, AttributeType.GRAPH);
    if (attribute == null) {
      throw error("attribute \"" + name + "\" is missing");
    }
    return attribute.getG();
  }

  /** Fails if the node has an attribute that was not asked for. */
  void requireAllRead() {
    for (String name : attributes.keySet()) {
      if (!read.contains(name)) {
        throw error("unknown attribute \"" + Text.shorten(name) + "\"");
      }
    }
  }

  Fp8simException error(String what) {
    return Fp8simException.input(where + ": " + what);
  }

  private int narrow(String name, long value) {
    if (value != (int) value) {
      throw error("attribute \"" + name + "\" is out of range: " + value);
    }
    return (int) value;
  }

  private @Nullable AttributeProto find(String name, AttributeType type) {
    AttributeProto attribute = attributes.get(name);
    read.add(name);
    if (attribute == null) {
      return null;
    }
    // Models of IR version 1 leave the type open.
    if (attribute.getType() != AttributeType.UNDEFINED && attribute.getType() != type) {
      throw error(
          "attribute \"%s\" has type %s where %s is needed"
              .formatted(name, attribute.getType(), type));
    }
    if (attribute.getType() == AttributeType.UNDEFINED && !holds(attribute, type)) {
      throw error("attribute \"%s\" holds no %s".formatted(name, type));
    }
    return attribute;
  }

  private static boolean holds(AttributeProto attribute, AttributeType type) {
    return switch (type) {
      case INT -> attribute.hasI();
      case FLOAT -> attribute.hasF();
      case STRING -> attribute.hasS();
      case TENSOR -> attribute.hasT();
      case GRAPH -> attribute.hasG();
      default -> true; // an empty list leaves no trace
    };
  }
}
