package fp8sim.kernel.simd;

import fp8sim.numerics.FloatMath;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Copies of a class, one for each float math, in which it is a constant to the compiler: inner
 * loops that differ in one instruction are written once and stay as fast as if they were written
 * twice.
 */
final class Specialized {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  private Specialized() {}

  /**
   * An instance of a copy of a class.
   *
   * @param source a class of this package with a constructor without parameters; it asks {@link
   *     #floatMath} which copy it is
   * @param type what the caller knows it as; the copies themselves have no name
   */
  static <T> T of(Class<? extends T> source, Class<T> type, FloatMath floatMath) {
    try (InputStream file = source.getResourceAsStream(source.getSimpleName() + ".class")) {
      if (file == null) {
        throw new IllegalStateException("no class file of " + source.getName());
      }
      MethodHandles.Lookup copy =
          LOOKUP.defineHiddenClassWithClassData(file.readAllBytes(), floatMath, true);
      Object instance =
          copy.findConstructor(copy.lookupClass(), MethodType.methodType(void.class)).invoke();
      return type.cast(instance);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(source.getName(), e);
    }
  }

  /** The float math of a copy, asked for by the copy itself. */
  static FloatMath floatMath(MethodHandles.Lookup copy) {
    try {
      return MethodHandles.classData(copy, "_", FloatMath.class);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
