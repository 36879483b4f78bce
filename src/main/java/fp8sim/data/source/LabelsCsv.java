package fp8sim.data.source;

import fp8sim.common.FileProblems;
import fp8sim.data.source.ImageFiles.LabelledFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The layout {@code labels-csv}: a CSV file (RFC 4180) whose first column is a file and whose
 * second is its class. A first line whose second column is no number of any kind is a heading.
 */
final class LabelsCsv {
  private LabelsCsv() {}

  /** The files of the list, relative to {@code images}. */
  static ImageFiles list(Path csv, Path images) {
    String text;
    try {
      text = Files.readString(csv);
    } catch (CharacterCodingException e) {
      throw FileProblems.bad(csv.toString(), "not UTF-8 text", e);
    } catch (IOException e) {
      throw FileProblems.unreadable(csv.toString(), e);
    }
    List<LabelledFile> files = new ArrayList<>();
    List<Row> rows = rows(text, csv);
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      if (row.isBlank() || (i == 0 && row.isHeading())) {
        continue;
      }
      files.add(new LabelledFile(DataRoot.resolve(images, row.file(csv)), row.label(csv)));
    }
    if (files.isEmpty()) {
      throw FileProblems.bad(csv.toString(), "lists no files");
    }
    return new ImageFiles(files);
  }

  private record Row(int line, List<String> fields) {
    boolean isBlank() {
      return fields.size() == 1 && fields.getFirst().isBlank();
    }

    boolean isHeading() {
      return fields.size() > 1
          && !fields.get(1).isBlank()
          && !fields.get(1).strip().matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
    }

    String file(Path csv) {
      String file = fields.getFirst().strip();
      if (file.isEmpty()) {
        throw FileProblems.bad(csv.toString(), "line " + line + ": the file name is missing");
      }
      return file;
    }

    int label(Path csv) {
      String label = fields.size() > 1 ? fields.get(1).strip() : "";
      if (!isClass(label)) {
        throw FileProblems.bad(
            csv.toString(),
            "line %d: %s"
                .formatted(
                    line,
                    label.isEmpty()
                        ? "the class of \"" + fields.getFirst() + "\" is missing"
                        : "\"" + label + "\" is not a class number"));
      }
      return Integer.parseInt(label);
    }

    private static boolean isClass(String text) {
      return text.strip().matches("[0-9]{1,9}");
    }
  }

  private static List<Row> rows(String text, Path csv) {
    List<Row> rows = new ArrayList<>();
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    int line = 1;
    int start = 1;
    // A byte order mark, as spreadsheets write it, belongs to no field.
    for (int i = text.startsWith("\ufeff") ? 1 : 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        line++;
      }
      if (c == '"' && quoted && i + 1 < text.length() && text.charAt(i + 1) == '"') {
        field.append(c);
        i++;
      } else if (c == '"' && (quoted || field.isEmpty())) {
        quoted = !quoted;
      } else if (!quoted && (c == ',' || c == '\n')) {
        fields.add(field.toString());
        field.setLength(0);
        if (c == '\n') {
          rows.add(new Row(start, List.copyOf(fields)));
          fields.clear();
          start = line;
        }
      } else if (quoted || c != '\r') {
        field.append(c);
      }
    }
    if (quoted) {
      throw FileProblems.bad(csv.toString(), "line " + start + ": a quote is not closed");
    }
    if (!field.isEmpty() || !fields.isEmpty()) {
      fields.add(field.toString());
      rows.add(new Row(start, List.copyOf(fields)));
    }
    return rows;
  }
}
