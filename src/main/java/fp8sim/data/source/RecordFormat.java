package fp8sim.data.source;

import fp8sim.common.JsonFields;
import fp8sim.image.PreprocessReader;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import java.util.List;
import java.util.Locale;

/** The elements of one record, little-endian, after its label byte. */
public record RecordFormat(DataType type, Shape shape) {
  /** CIFAR-10's binary version: 3 planes (red, green, blue) of 32 x 32 bytes. */
  public static final RecordFormat CIFAR = new RecordFormat(DataType.UINT8, Shape.of(3, 32, 32));

  private static final List<DataType> TYPES =
      List.of(
          DataType.UINT8,
          DataType.INT8,
          DataType.UINT16,
          DataType.INT16,
          DataType.INT32,
          DataType.FLOAT16,
          DataType.FLOAT,
          DataType.DOUBLE);

  public static RecordFormat read(JsonFields fields) {
    DataType type = fields.oneOf("type", TYPES, RecordFormat::spelling);
    RecordFormat format = new RecordFormat(type, PreprocessReader.shape(fields, "shape"));
    fields.finish();
    return format;
  }

  private static String spelling(DataType type) {
    return switch (type) {
      case FLOAT -> "float32";
      case DOUBLE -> "float64";
      default -> type.name().toLowerCase(Locale.ROOT);
    };
  }

  long bytes() {
    return (long) shape.elements() * type.bytes();
  }
}
