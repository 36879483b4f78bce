package fp8sim.image;

import fp8sim.tensor.Tensor;
import java.util.List;

/** One sample before preprocessing. */
public sealed interface RawSample permits Pixels, LargeImage, RawSample.Values, RawSample.Typed {

  /** An array of any element type, to be converted to float32 and preprocessed. */
  record Values(Tensor tensor) implements RawSample {}

  /** One tensor per named input, to be passed to the network as they are. */
  record Typed(List<Tensor> tensors) implements RawSample {}
}
