package fp8sim.quant;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The ranges of a network's quantizers. Immutable. */
public final class Ranges {
  /** Nothing is known yet. */
  public static final Ranges NONE = new Ranges(Map.of(), false);

  /** By the text of the quantizer's id, which is all that a file has. */
  private final Map<String, CalibratedRange> byName;

  private final boolean isFromFile;

  private Ranges(Map<String, CalibratedRange> byName, boolean isFromFile) {
    this.byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    this.isFromFile = isFromFile;
  }

  /**
   * Ranges from a file.
   *
   * @param byName by the text of the quantizer's {@link QuantizerId}
   */
  public static Ranges fromFile(Map<String, CalibratedRange> byName) {
    return new Ranges(byName, true);
  }

  /** Ranges, in an order that is kept. */
  public static Ranges of(Map<QuantizerId, CalibratedRange> ranges) {
    Map<String, CalibratedRange> byName = new LinkedHashMap<>();
    ranges.forEach((id, range) -> byName.put(id.toString(), range));
    return new Ranges(byName, false);
  }

  /** The range of a quantizer; null if it is not known. */
  public @Nullable CalibratedRange find(QuantizerId quantizer) {
    return byName.get(quantizer.toString());
  }

  /**
   * Whether they come from a file, where a range that is missing is a mistake; where calibration
   * found none, no value went through the quantizer.
   */
  public boolean isFromFile() {
    return isFromFile;
  }

  public boolean isEmpty() {
    return byName.isEmpty();
  }

  /** All ranges by the text of their quantizer, for reports. */
  public Map<String, CalibratedRange> byName() {
    return byName;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Ranges ranges && byName.equals(ranges.byName);
  }

  @Override
  public int hashCode() {
    return byName.hashCode();
  }

  @Override
  public String toString() {
    return byName.toString();
  }
}
