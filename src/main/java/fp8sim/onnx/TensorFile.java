package fp8sim.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import fp8sim.common.Fp8simException;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Reads tensors from files that hold one ONNX {@code TensorProto} ({@code .pb}). */
public final class TensorFile {
  // OptionalProto.sequence_value and SequenceProto.tensor_values of onnx-data.proto.
  private static final int OPTIONAL_SEQUENCE = 5;
  private static final int SEQUENCE_TENSORS = 3;

  private TensorFile() {}

  /**
   * Reads a tensor. A file with an {@code OptionalProto} that holds a sequence of one tensor gives
   * that tensor, as {@link OnnxModel} takes a model's inputs of such a type for tensors.
   *
   * @throws Fp8simException (input) if the file holds no tensor
   */
  public static Tensor read(Path file) {
    MemorySegment memory = MappedProto.map(file);
    TensorReader reader = new TensorReader(new ExternalData(file.toAbsolutePath().getParent()));
    try {
      return parse(reader, memory, file.toString());
    } catch (Fp8simException notATensor) {
      MemorySegment inner = optionalTensor(memory);
      if (inner.byteSize() == 0) {
        throw notATensor;
      }
      return parse(reader, inner, file.toString());
    }
  }

  private static Tensor parse(TensorReader reader, MemorySegment memory, String name) {
    return reader.read(MappedProto.parse(TensorProto.parser(), memory, name), name);
  }

  private static MemorySegment optionalTensor(MemorySegment memory) {
    return field(field(memory, OPTIONAL_SEQUENCE), SEQUENCE_TENSORS);
  }

  /** The bytes of the first length-delimited field with this number; empty if there is none. */
  private static MemorySegment field(MemorySegment message, int number) {
    if (message.byteSize() == 0 || message.byteSize() > Integer.MAX_VALUE) {
      return MemorySegment.NULL;
    }
    CodedInputStream input =
        UnsafeByteOperations.unsafeWrap(message.asByteBuffer()).newCodedInput();
    input.enableAliasing(true);
    try {
      for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
        if (tag == (number << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
          return MemorySegment.ofBuffer(input.readBytes().asReadOnlyByteBuffer());
        }
        input.skipField(tag);
      }
    } catch (IOException e) {
      return MemorySegment.NULL; // not such a message; the caller reports the file
    }
    return MemorySegment.NULL;
  }
}
