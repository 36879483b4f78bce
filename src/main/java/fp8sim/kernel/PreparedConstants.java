package fp8sim.kernel;

import fp8sim.tensor.Tensor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Constants in the form some kernel wants them (packed, transposed, encoded), shared by all
 * sessions of a network so that each is prepared once. Keyed by the tensor's identity and the form.
 */
public final class PreparedConstants {
  /** Two keys are equal if tensor and form are: the tensor by identity, the form by value. */
  private record Key(IdentityOf tensor, Object form) {}

  private static final class IdentityOf {
    private final Tensor tensor;

    IdentityOf(Tensor tensor) {
      this.tensor = tensor;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // that is its meaning
    public boolean equals(Object other) {
      return other instanceof IdentityOf that && that.tensor == tensor;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(tensor);
    }
  }

  private final Map<Key, Object> prepared = new ConcurrentHashMap<>();

  /**
   * The constant in the given form, prepared by {@code make} when it is asked for first.
   *
   * @param form a value that tells forms apart, for example a record of a layout's parameters; its
   *     type decides the type of the result
   */
  @SuppressWarnings("unchecked")
  public <T> T get(Tensor tensor, Object form, Function<Tensor, T> make) {
    return (T)
        prepared.computeIfAbsent(new Key(new IdentityOf(tensor), form), k -> make.apply(tensor));
  }
}
