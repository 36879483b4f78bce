package fp8sim.onnx;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import fp8sim.tensor.PackedElements;
import fp8sim.tensor.Tensor;

/**
 * {@link Tensor} to {@code TensorProto}; the elements are not copied, unless several share a byte.
 */
final class TensorWriter {
  private TensorWriter() {}

  /** A tensor whose elements are in the model. */
  static TensorProto inline(String name, Tensor tensor) {
    return frame(name, tensor).setRawData(bytes(tensor)).build();
  }

  /**
   * A tensor whose elements are in a file beside the model.
   *
   * @param file name of that file
   * @param offset of its first byte there
   */
  static TensorProto external(String name, Tensor tensor, String file, long offset) {
    return frame(name, tensor)
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry("location", file))
        .addExternalData(entry("offset", Long.toString(offset)))
        .addExternalData(entry("length", Long.toString(size(tensor))))
        .build();
  }

  /** The elements as they stand in a file. */
  static ByteString bytes(Tensor tensor) {
    if (tensor.type().isPacked()) {
      return UnsafeByteOperations.unsafeWrap(PackedElements.pack(tensor));
    }
    return UnsafeByteOperations.unsafeWrap(tensor.data().asByteBuffer());
  }

  /** Bytes that the elements take in a file. */
  static long size(Tensor tensor) {
    return PackedElements.bytes(tensor.type(), tensor.shape().elements());
  }

  private static TensorProto.Builder frame(String name, Tensor tensor) {
    TensorProto.Builder proto = TensorProto.newBuilder().setName(name);
    proto.setDataType(tensor.type().onnxCode());
    for (int dim : tensor.shape().dims()) {
      proto.addDims(dim);
    }
    return proto;
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
