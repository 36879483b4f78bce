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
 * Copies of a class, one for each of a few values, such as the two float maths, in which it is a
 * constant to the compiler: inner loops that differ in an instruction are written once and stay as
 * fast as if they were written for each.
 */
public final class Specialized {
  private static final Map<Key, Object> COPIES = new ConcurrentHashMap<>();

  private record Key(Class<?> source, Enum<?> data) {}

  private Specialized() {}

  /**
   * The instance of a copy of a class, made when it is first asked for.
   *
   * @param caller of the package of {@code source}, which the copies belong to as well
   * @param source a class with a constructor without parameters; it asks {@link #data} which copy
   *     it is
   * @param type what the caller knows it as; the copies themselves have no name
   */
  public static <T> T of(
      MethodHandles.Lookup caller, Class<? extends T> source, Class<T> type, Enum<?> data) {
    Key key = new Key(source, data);
    return type.cast(COPIES.computeIfAbsent(key, missing -> copy(caller, missing)));
  }

  private static Object copy(MethodHandles.Lookup caller, Key key) {
    Class<?> source = key.source();
    try (InputStream file = source.getResourceAsStream(source.getSimpleName() + ".class")) {
      byte[] code = Objects.requireNonNull(file, source::getName).readAllBytes();
      Constructor<?> constructor =
          caller
              .defineHiddenClassWithClassData(code, key.data(), true)
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
    return data(copy, FloatMath.class);
  }

  /** The value that a copy is for, asked for by the copy itself. */
  public static <T extends Enum<T>> T data(MethodHandles.Lookup copy, Class<T> type) {
    try {
      return MethodHandles.classData(copy, "_", type);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
