package fp8sim.data.source;

import java.util.Locale;

/** What a network does with a sample, and so what is scored. */
public enum Task {
  /** It gives one class for the whole sample. */
  CLASSIFICATION,

  /** It gives a class for every token of a sequence. */
  TOKEN_CLASSIFICATION,

  /** After every token it gives the next one, from the tokens up to there only. */
  CAUSAL_LM;

  /** As in descriptions. */
  public String spelling() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether every token has an output of its own. */
  public boolean isPerToken() {
    return this != CLASSIFICATION;
  }
}
