package fp8sim.onnx;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.common.UserPath;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tensors kept in files beside the model (ONNX "external data"). Each file is mapped once. Only
 * files inside the model's folder are read, also when a path or a link says otherwise.
 */
final class ExternalData {
  private final @Nullable Path folder;
  private final Map<Path, MemorySegment> mapped = new HashMap<>();

  /**
   * @param folder the model's folder; null if the model is not a file
   */
  ExternalData(@Nullable Path folder) {
    this.folder = folder;
  }

  /**
   * The bytes of a tensor.
   *
   * @param where names file and tensor in messages
   */
  MemorySegment read(TensorProto tensor, long expectedBytes, String where) {
    String location = "";
    long offset = 0;
    long length = -1;
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      switch (entry.getKey()) {
        case "location" -> location = entry.getValue();
        case "offset" -> offset = number(entry, where);
        case "length" -> length = number(entry, where);
        default -> {} // "checksum" and whatever exporters add
      }
    }
    MemorySegment file = file(location, where);
    if (length < 0) {
      length = expectedBytes;
    }
    if (offset > file.byteSize() || length > file.byteSize() - offset) {
      throw Fp8simException.input(
          "%s: external data at offset %d with %d bytes is outside %s of %d bytes"
              .formatted(where, offset, length, location, file.byteSize()));
    }
    return file.asSlice(offset, length);
  }

  private static long number(StringStringEntryProto entry, String where) {
    try {
      long value = Long.parseLong(entry.getValue());
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw badNumber(entry, where, e);
    }
    throw badNumber(entry, where, null);
  }

  private static Fp8simException badNumber(
      StringStringEntryProto entry, String where, @Nullable Throwable cause) {
    return new Fp8simException(
        ExitCode.INPUT,
        "%s: external data has %s \"%s\", which is no size"
            .formatted(where, entry.getKey(), Text.shorten(entry.getValue())),
        cause);
  }

  private MemorySegment file(String location, String where) {
    if (folder == null) {
      throw Fp8simException.input(where + ": external data needs a model in a file");
    }
    Path path = UserPath.inFile(where + ": external data", location);
    if (location.isEmpty() || path.isAbsolute() || hasParentStep(path)) {
      throw outside(location, where);
    }
    try {
      Path real = folder.resolve(path).toRealPath();
      if (!real.startsWith(folder.toRealPath())) {
        throw outside(location, where);
      }
      if (!Files.isRegularFile(real)) {
        throw Fp8simException.input(where + ": external data is not a file: " + location);
      }
      return mapped.computeIfAbsent(real, MappedProto::map);
    } catch (IOException e) {
      throw Fp8simException.input(
          "%s: external data file %s is missing beside the model"
              .formatted(where, Text.shorten(location)),
          e);
    }
  }

  private static boolean hasParentStep(Path path) {
    for (Path step : path) {
      if (step.toString().equals("..")) {
        return true;
      }
    }
    return false;
  }

  private static Fp8simException outside(String location, String where) {
    return Fp8simException.input(
        "%s: external data location \"%s\" is not inside the model's folder"
            .formatted(where, Text.shorten(location)));
  }
}
