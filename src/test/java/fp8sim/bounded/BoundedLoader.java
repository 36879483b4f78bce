package fp8sim.bounded;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.Set;

/**
 * A system class loader that lets our classes reach memory through {@link BoundedAccess} instead of
 * directly. Nothing changes in the classes that users run: their inner loops stay as they are.
 */
public final class BoundedLoader extends ClassLoader {
  private static final String OURS = "fp8sim.";
  private static final String CLASS = ".class";
  private static final ClassDesc ACCESS = BoundedAccess.class.describeConstable().orElseThrow();
  private static final ClassDesc SEGMENT = MemorySegment.class.describeConstable().orElseThrow();
  private static final ClassDesc ARENA = Arena.class.describeConstable().orElseThrow();

  /** The package that reaches memory by address, with those in it. */
  private static final String BY_ADDRESS = "fp8sim.kernel.simd";

  /** What of a memory segment reads or writes, or tells its address. */
  private static final Set<String> ACCESSES =
      Set.of("get", "set", "getAtIndex", "setAtIndex", "copy", "fill", "asSlice", "address");

  /** Name and descriptor of each method of {@link BoundedAccess}. */
  private static final Set<String> REPLACED = replaced();

  public BoundedLoader(ClassLoader parent) {
    super(parent);
  }

  private static Set<String> replaced() {
    Set<String> signatures = new HashSet<>();
    for (Method method : BoundedAccess.class.getDeclaredMethods()) {
      ClassDesc result = method.getReturnType().describeConstable().orElseThrow();
      ClassDesc[] parameters = new ClassDesc[method.getParameterCount()];
      for (int i = 0; i < parameters.length; i++) {
        parameters[i] = method.getParameterTypes()[i].describeConstable().orElseThrow();
      }
      signatures.add(method.getName() + MethodTypeDesc.of(result, parameters).descriptorString());
    }
    return signatures;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OURS) || name.equals(BoundedLoader.class.getName())) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? findClass(name) : loaded;
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    try (InputStream file = getResourceAsStream(name.replace('.', '/') + CLASS)) {
      if (file == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] code = file.readAllBytes();
      return defineClass(name, code, 0, code.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  /** Classes that are copied at run time are read from here, too. */
  @Override
  public InputStream getResourceAsStream(String name) {
    InputStream file = super.getResourceAsStream(name);
    boolean ours = name.startsWith(OURS.replace('.', '/')) && name.endsWith(CLASS);
    if (file == null || !ours || name.contains("/bounded/")) {
      return file;
    }
    try (file) {
      return new ByteArrayInputStream(checked(file.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] checked(byte[] code) {
    ClassFile format = ClassFile.of();
    ClassModel model = format.parse(code);
    boolean byAddress = isIn(BY_ADDRESS, model.thisClass().asSymbol().packageName());
    return format.transformClass(
        model,
        ClassTransform.transformingMethodBodies(
            (builder, element) -> {
              if (element instanceof InvokeInstruction call && isReplaced(call, byAddress)) {
                builder.invokestatic(ACCESS, replacement(call), withReceiver(call));
              } else {
                builder.with(element);
              }
            }));
  }

  private static boolean isIn(String parent, String name) {
    return (name + ".").startsWith(parent + ".");
  }

  private static boolean isReplaced(InvokeInstruction call, boolean byAddress) {
    ClassDesc owner = call.owner().asSymbol();
    String name = call.name().stringValue();
    boolean vector =
        owner.packageName().equals("jdk.incubator.vector")
            && call.typeSymbol().parameterList().contains(SEGMENT);
    boolean segment = owner.equals(SEGMENT) && ACCESSES.contains(name);
    if (!vector && !segment && !owner.equals(ARENA)) {
      return false;
    }
    String signature = replacement(call) + withReceiver(call).descriptorString();
    boolean known = REPLACED.contains(signature);
    if (!known && byAddress && (vector || segment)) {
      throw new IllegalStateException("BoundedAccess has no " + signature);
    }
    return known;
  }

  /** Methods that differ in their result only have names of their own. */
  private static String replacement(InvokeInstruction call) {
    String name = call.name().stringValue();
    return name.equals("fromMemorySegment") ? "load" + call.owner().asSymbol().displayName() : name;
  }

  private static MethodTypeDesc withReceiver(InvokeInstruction call) {
    MethodTypeDesc type = call.typeSymbol();
    return call.opcode() == Opcode.INVOKESTATIC
        ? type
        : type.insertParameterTypes(0, call.owner().asSymbol());
  }
}
