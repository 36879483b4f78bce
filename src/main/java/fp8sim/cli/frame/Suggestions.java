package fp8sim.cli.frame;

import java.util.Collection;
import java.util.Comparator;

/** Guesses what a mistyped word was meant to be. */
public final class Suggestions {
  private Suggestions() {}

  /** Returns {@code "; did you mean PREFIXname?"}, or nothing if no name is near. */
  public static String didYouMean(String word, Collection<String> names, String prefix) {
    int near = Math.max(1, word.length() / 3);
    return names.stream()
        .filter(name -> distance(word, name) <= near)
        .min(Comparator.comparingInt(name -> distance(word, name)))
        .map(name -> "; did you mean " + prefix + name + "?")
        .orElse("");
  }

  /** Counts insertions, deletions, substitutions and swaps of neighbours (optimal alignment). */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        d[i][j] = i == 0 || j == 0 ? i + j : step(a, b, d, i, j);
      }
    }
    return d[a.length()][b.length()];
  }

  private static int step(String a, String b, int[][] d, int i, int j) {
    int different = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
    int best = Math.min(d[i - 1][j - 1] + different, Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1));
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, d[i - 2][j - 2] + 1) : best;
  }
}
