package fp8sim.multiplier.user;

import fp8sim.common.Fp8simException;
import fp8sim.common.JsonFile;
import fp8sim.common.OptionNames;
import fp8sim.common.OutputFile;
import fp8sim.multiplier.Multiplier;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.user.TableProduct.TableEntry;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Writes the products of a multiplier as a table of a dialect, so that reading it again gives the
 * same products. What a dialect cannot hold is refused before anything is written.
 */
public final class TableWriter {
  private static final int INT16_BITS = 16;

  private final TableDialect dialect;
  private final Multiplier model;
  private final ProductSetting setting;

  /** A writer of a multiplier on a setting. */
  public TableWriter(TableDialect dialect, Multiplier model, ProductSetting setting) {
    this.dialect = dialect;
    this.model = model;
    this.setting = setting;
  }

  /** The second file that is written beside a table. */
  public static Optional<Path> manifest(TableDialect dialect, Path file) {
    return dialect == TableDialect.MANTISSA16
        ? Optional.of(MantissaManifest.of(file))
        : Optional.empty();
  }

  /**
   * Writes the table.
   *
   * @return the specification that reads it
   * @throws Fp8simException (usage) if the dialect cannot hold it; (output) if it cannot be written
   */
  public String write(Path file) {
    String read =
        "table:file="
            + FileNames.bracketed(file.toString())
            + ",dialect="
            + OptionNames.of(dialect);
    if (dialect.isOfMantissas()) {
      writeMantissas(file);
      return read;
    }
    TableContent content = TableContent.of(model, setting);
    if (!holdsValues()) {
      content = content.withCodes(setting);
    }
    check(content);
    writeProducts(file, content);
    return read + options(content);
  }

  private static String options(TableContent content) {
    String sides =
        content.bitsA() == content.bitsW()
            ? ""
            : ",bits-a=" + content.bitsA() + ",bits-b=" + content.bitsW();
    String sign = content.kind() == TableEntry.INTEGER ? ",signed=" + content.signed() : "";
    return ",entry=" + OptionNames.of(content.kind()) + sign + sides;
  }

  /** Whether entries can be any numbers. */
  private boolean holdsValues() {
    return switch (dialect) {
      case TEXT, MATRIX, NPY -> true;
      default -> false;
    };
  }

  /** Refuses what the dialect cannot hold. */
  private void check(TableContent content) {
    boolean isShort = content.bitsA() + content.bitsW() <= INT16_BITS;
    switch (dialect) {
      case UINT16LE -> requireShorts(content);
      case C_INT16 -> {
        if (isShort) {
          requireShorts(content);
        } else {
          requireInts(content);
        }
      }
      case INT32LE, MEMH -> requireInts(content);
      case APPROXTORCH -> {
        boolean known = content.bitsA() == 4 || content.bitsA() == 8;
        if (content.kind() != TableEntry.INTEGER || !known || content.bitsA() != content.bitsW()) {
          throw Fp8simException.usage(
              "multiplier %s: tables of ApproxTorch are of integers of 4 x 4 or 8 x 8 bits, not of %s and %s"
                  .formatted(model.name(), setting.a().name(), setting.w().name()));
        }
        requireInts(content);
      }
      case NPY -> {
        if (content.kind() == TableEntry.INTEGER) {
          requireInts(content);
        }
      }
      default -> {}
    }
  }

  private static void requireShorts(TableContent content) {
    if (content.signed()) {
      content.requireIntegers(Short.MIN_VALUE, Short.MAX_VALUE, "signed 16-bit integer");
    } else {
      content.requireIntegers(0, 0xFFFF, "unsigned 16-bit integer");
    }
  }

  private static void requireInts(TableContent content) {
    content.requireIntegers(Integer.MIN_VALUE, Integer.MAX_VALUE, "32-bit integer");
  }

  private void writeProducts(Path file, TableContent content) {
    OutputFile.write(
        file,
        stream -> {
          switch (dialect) {
            case UINT16LE -> BinaryTableWriter.numbers(stream, content, Short.BYTES);
            case INT32LE -> BinaryTableWriter.numbers(stream, content, Integer.BYTES);
            case NPY -> BinaryTableWriter.npy(stream, content);
            default -> TextTableWriter.write(stream, content, dialect);
          }
        });
  }

  private void writeMantissas(Path file) {
    switch (dialect) {
      case MANTISSA -> {
        TableFile table = MantissaContent.of(model, setting, BinaryTable.MAX_BYTE_MANTISSA);
        writeBytes(file, BinaryTableWriter.mantissas(table));
      }
      case MANTISSA16 -> {
        TableFile table = MantissaContent.of(model, setting, MantissaManifest.MAX_MANTISSA);
        byte[] content = BinaryTableWriter.shortMantissas(table);
        writeBytes(file, content);
        JsonFile.write(
            MantissaManifest.of(file),
            MantissaManifest.json(String.valueOf(file.getFileName()), content, table.bitsA()));
      }
      default -> {
        TableFile table = MantissaContent.of(model, setting, BinaryTable.MAX_MANTISSA);
        writeBytes(file, BinaryTableWriter.wideMantissas(table));
      }
    }
  }

  private static void writeBytes(Path file, byte[] content) {
    OutputFile.write(file, stream -> stream.write(content));
  }
}
