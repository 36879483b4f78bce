package fp8sim.kernel.simd.vector;

import fp8sim.numerics.FloatMath;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Copies of a class, one for each float math, in which it is a constant to the compiler: inner
 * loops that differ in one instruction are written once and stay as fast as if they were written
 * twice.
 */
public final class Specialized {
  private static final Map<Key, Object> COPIES = new ConcurrentHashMap<>();

  private record Key(Class<?> source, FloatMath floatMath) {}

  private Specialized() {}

  /**
   * The instance of a copy of a class, made when it is first asked for.
   *
   * @param caller of the package of {@code source}, which the copies belong to as well
   * @param source a class with a constructor without parameters; it asks {@link #floatMath} which
   *     copy it is
   * @param type what the caller knows it as; the copies themselves have no name
   */
  public static <T> T of(
      MethodHandles.Lookup caller, Class<? extends T> source, Class<T> type, FloatMath floatMath) {
    Key key = new Key(source, floatMath);
    return type.cast(COPIES.computeIfAbsent(key, missing -> copy(caller, missing)));
  }

  private static Object copy(MethodHandles.Lookup caller, Key key) {
    Class<?> source = key.source();
    try (InputStream file = source.getResourceAsStream(source.getSimpleName() + ".class")) {
      byte[] code = Objects.requireNonNull(file, source::getName).readAllBytes();
      Constructor<?> constructor =
          caller
              .defineHiddenClassWithClassData(code, key.floatMath(), true)
              .lookupClass()
              .getDeclaredConstructor();
      // The class is of the caller's package, and no more public than its source.
      constructor.setAccessible(true);
      return constructor.newInstance();
    } catch (IOException | ReflectiveOperationException e) {
      throw new IllegalStateException(source.getName(), e);
    }
  }

  /** The float math of a copy, asked for by the copy itself. */
  public static FloatMath floatMath(MethodHandles.Lookup copy) {
    try {
      return MethodHandles.classData(copy, "_", FloatMath.class);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
