package fp8sim;

/** Starts fp8sim from {@code java -jar fp8sim.jar} on any Java. */
public final class Launcher {
  private Launcher() {}

  public static void main(String[] arguments) {
    System.err.println("fp8sim");
  }
}
