package fp8sim.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import fp8sim.common.Fp8simException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Protocol buffers in memory-mapped files, parsed so that byte fields are slices of the file. */
final class MappedProto {
  private MappedProto() {}

  /** Maps a file read-only; it is unmapped when no segment of it is reachable any more. */
  static MemorySegment map(Path file) {
    if (Files.isDirectory(file)) {
      throw Fp8simException.input(file + ": is a folder, not a file");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.map(MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
    } catch (NoSuchFileException e) {
      throw Fp8simException.input(file + ": no such file", e);
    } catch (AccessDeniedException e) {
      throw Fp8simException.input(file + ": no permission to read it", e);
    } catch (IOException e) {
      throw Fp8simException.input(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Parses native memory; byte fields of the message are slices of it. */
  static <T extends Message> T parse(Parser<T> parser, MemorySegment memory, String name) {
    if (memory.byteSize() == 0) {
      throw Fp8simException.input(name + ": the file is empty");
    }
    if (memory.byteSize() > Integer.MAX_VALUE) {
      throw Fp8simException.input(
          name + ": larger than 2 GB, which protobuf does not allow; use external data");
    }
    CodedInputStream input = UnsafeByteOperations.unsafeWrap(memory.asByteBuffer()).newCodedInput();
    input.enableAliasing(true);
    try {
      // Unknown fields are dropped: kept, a hostile file of them would fill the heap.
      T message = DiscardUnknownFieldsParser.wrap(parser).parseFrom(input);
      input.checkLastTagWas(0);
      return message;
    } catch (InvalidProtocolBufferException e) {
      throw Fp8simException.input(
          name + ": not a valid protobuf file (damaged or truncated): " + firstSentence(e), e);
    } catch (OutOfMemoryError e) {
      throw Fp8simException.input(
          name
              + ": its structure does not fit into the Java heap; give more with"
              + " JDK_JAVA_OPTIONS=-Xmx16g",
          e);
    }
  }

  private static String firstSentence(InvalidProtocolBufferException e) {
    String message = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
    int end = message.indexOf(". ");
    return end < 0 ? message : message.substring(0, end);
  }
}
