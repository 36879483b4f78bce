package fp8sim.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All operators that can be read, by domain, name and opset. */
final class OperatorTable {
  /**
   * The first opset of ONNX's own domain that is read in full. Older models are read if all their
   * operators are still the same in this one.
   */
  static final int FIRST_OPSET = 6;

  /** The last opset of ONNX's own domain that is read. */
  static final int LAST_OPSET = 28;

  /** The domain of operators that ONNX has not settled yet. */
  static final String PREVIEW = "ai.onnx.preview";

  static final String MICROSOFT = "com.microsoft";

  /** TensorRT's domain, in which ModelOpt writes quantizers. */
  static final String TENSOR_RT = "trt";

  private static final Map<String, List<OperatorVersion>> VERSIONS = new HashMap<>();

  static {
    List.of(
            ElementwiseOperators.ALL,
            CastOperators.ALL,
            ConvolutionOperators.ALL,
            MatrixOperators.ALL,
            NormalizationOperators.ALL,
            BatchNormalizationOperators.ALL,
            LegacyOperators.ALL,
            LossOperators.ALL,
            ReductionOperators.ALL,
            ShapeOperators.ALL,
            SelectionOperators.ALL,
            ConstantOperators.ALL,
            ResizeOperators.ALL,
            SamplingOperators.ALL,
            QuantizationOperators.ALL,
            IntegerProductOperators.ALL,
            QuantizedLayerOperators.ALL,
            FusedOperators.ALL,
            TensorRtOperators.ALL,
            BlockWeightOperators.ALL,
            RecurrentOperators.ALL,
            ControlOperators.ALL,
            AttentionOperators.ALL,
            TransformerOperators.ALL,
            MicrosoftOperators.ALL)
        .forEach(family -> family.forEach(OperatorTable::add));
  }

  private OperatorTable() {}

  private static void add(OperatorVersion version) {
    VERSIONS
        .computeIfAbsent(key(version.domain(), version.name()), k -> new ArrayList<>())
        .add(version);
  }

  /** Every form of an operator; empty if it is unknown. */
  static List<OperatorVersion> versions(String domain, String name) {
    return VERSIONS.getOrDefault(key(domain, name), List.of());
  }

  /** All operators, each as its domain (empty for ONNX's own), a colon and its name. */
  static Set<String> names() {
    return Collections.unmodifiableSet(VERSIONS.keySet());
  }

  /** The form of an operator in an opset, or null if there is none. */
  static @Nullable OperatorVersion find(String domain, String name, long opset) {
    for (OperatorVersion version : versions(domain, name)) {
      if (version.opsets().contain(opset)) {
        return version;
      }
    }
    return null;
  }

  private static String key(String domain, String name) {
    return domain + ":" + name;
  }
}
