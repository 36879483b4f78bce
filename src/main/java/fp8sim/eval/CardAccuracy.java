package fp8sim.eval;

import fp8sim.common.UserOption;
import fp8sim.data.DatasetDescription;
import fp8sim.model.Model;
import fp8sim.model.ModelCard;
import java.util.List;
import java.util.Locale;

/** Compares a float32 accuracy with the one that the model's card states. */
public final class CardAccuracy {
  /** A difference of up to one point is none. */
  private static final double TOLERANCE = 0.01;

  private CardAccuracy() {}

  /**
   * What the user should know about a float32 accuracy: one line if the card's lies outside of its
   * 95 % interval and more than one point away; else nothing.
   *
   * @param data that was evaluated; nothing is compared if the card is for another dataset
   */
  public static List<String> notes(Model model, DatasetDescription data, Scores scores) {
    ModelCard card = model.cardFor(data.name());
    Double stated = card == null ? null : card.float32().get("top1");
    boolean isSame = card != null && (card.dataset() == null || card.dataset().equals(data.name()));
    if (stated == null || !isSame || !scores.isKnown()) {
      return List.of();
    }
    Interval interval = scores.interval95();
    boolean isInside = stated >= interval.low() && stated <= interval.high();
    if (isInside || Math.abs(stated - scores.top1()) <= TOLERANCE) {
      return List.of();
    }
    return List.of(
        String.format(
            Locale.ROOT,
            "%s: float32 has a top-1 of %.2f %% (95 %%: %.2f to %.2f) here, its card states %.2f"
                + " %%: check the card's preprocess and labelOffset (%s), or the data",
            model.name(),
            100 * scores.top1(),
            100 * interval.low(),
            100 * interval.high(),
            100 * stated,
            UserOption.CARD.with("FILE")));
  }
}
