// Holds PDFs against PDF/A-3a and PDF/UA-1 with veraPDF. Writes a line for every failed assertion (file, flavour,
// clause and test, message, context; divided by tabs), then one of just file and flavour, when it is through with them.
// Usage: java -cp … Validate.java FILE…

import java.io.FileInputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

public class Validate {
    static final String[] FLAVOURS = {"3a", "ua1"};
    static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    public static void main(String[] files) {
        VeraGreenfieldFoundryProvider.initialise();
        for (var file : files) {
            for (var flavour : FLAVOURS) {
                try {
                    validate(file, flavour);
                } catch (Exception error) {
                    say(file, flavour, "unreadable", error.toString(), "");
                }
                say(file, flavour);
            }
        }
    }

    static void validate(String file, String id) throws Exception {
        var flavour = PDFAFlavour.byFlavourId(id);
        try (var stream = new FileInputStream(file);
                var parser = Foundries.defaultInstance().createParser(stream, flavour);
                var validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            ValidationResult result = validator.validate(parser);
            if (!result.isCompliant() && result.getTestAssertions().isEmpty()) {
                say(file, id, "verdict", "does not conform", "");
            }
            for (TestAssertion one : result.getTestAssertions()) {
                if (one.getStatus() == TestAssertion.Status.FAILED) {
                    var rule = one.getRuleId().getClause() + "-" + one.getRuleId().getTestNumber();
                    say(file, id, rule, one.getMessage(), one.getLocation().getContext());
                }
            }
        }
    }

    static void say(String... cells) {
        for (int n = 0; n < cells.length; n++) {
            cells[n] = String.valueOf(cells[n]).replaceAll("\\s+", " ");
        }
        OUT.println(String.join("\t", cells));
    }
}
