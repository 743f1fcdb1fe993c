package org.postseal.gateway.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.app.assembly.GatewayAssembly;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Tests that every option that refuses a word names the right ones. */
final class WordsTest {
    private static final CommandLine ALL = new CommandLineInterface(new GatewayAssembly(), Console.system()).commands();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "client pkcs12 a@b.example -o x --profile modrn"
                        + " | '--profile': must be modern or compatible, not 'modrn' (nearest: modern)",
                "client browser-policy --format json --browser Chrome"
                        + " | '--browser': must be chrome or edge, not 'Chrome' (nearest: chrome)",
                "client mobile-policy --format eas | '--format': must be powershell or eas-xml, not 'eas'",
                "client thunderbird --out x --platform lnux"
                        + " | '--platform': must be linux, windows or macos, not 'lnux' (nearest: linux)",
                "ca issue a@b.example --profile dul"
                        + " | '--profile': must be dual, split, sign or encrypt, not 'dul' (nearest: dual)",
                "ca issue a@b.example --key rsa2049 | '--key': must be rsa2048, rsa3072, rsa4096,"
                        + " p256, p384, p521, brainpoolp256r1, brainpoolp384r1, brainpoolp512r1, ed25519 or ed448,"
                        + " not 'rsa2049' (nearest: rsa2048)",
                "ca revoke a@b.example --reason keycompromise"
                        + " | '--reason': must be unspecified, keyCompromise, affiliationChanged, superseded,"
                        + " cessationOfOperation or privilegeWithdrawn, not 'keycompromise' (nearest: keyCompromise)",
                "ca revoke-intermediate 1 --root-key x --reason keyCompromise | '--reason': must be caCompromise,"
                        + " superseded or cessationOfOperation, not 'keyCompromise' (nearest: caCompromise)",
                "trust export own --format st | '--format': must be pem, pkcs7 or sst, not 'st' (nearest: sst)",
                "audit query --outcome failures | '--outcome': must be success, failure, delivered,"
                        + " redirected, answered, refused or deferred, not 'failures' (nearest: failure)",
                "cert explain a@b.example --for signing"
                        + " | '--for': must be sign or encrypt, not 'signing' (nearest: sign)"
            })
    void itIsToldWithTheNearest(String words, String problem) {
        assertThat(refusal(words.split(" ", -1))).isEqualTo("Invalid value for option " + problem);
    }

    /** Tests all options of an enum's type, also new ones: each takes the words that its help shows, and no others. */
    @Test
    void helpShowsWhatIsTaken() throws Exception {
        List<OptionSpec> options = options(ALL).toList();
        assertThat(options).hasSizeGreaterThan(15);
        List<String> wrong = new ArrayList<>();
        for (OptionSpec option : options) {
            List<String> help = Arrays.asList(
                    (option.paramLabel() + " " + String.join(" ", option.description())).split("[^a-zA-Z0-9-]+", -1));
            for (Object meaning : Objects.requireNonNull(option.type().getEnumConstants())) {
                String word = meaning.toString().toLowerCase(Locale.ROOT).replace('_', '-');
                // Some options take only a few values of their enum
                if (isTaken(option, word) != help.contains(word)) {
                    wrong.add(option.command().qualifiedName() + " " + option.longestName() + ": " + word);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static boolean isTaken(OptionSpec option, String word) throws Exception {
        if (option.converters().length == 0) {
            return true;
        }
        try {
            option.converters()[0].convert(word);
            return true;
        } catch (CommandLine.TypeConversionException refused) {
            return false;
        }
    }

    private static String refusal(String... words) {
        try {
            ALL.parseArgs(words);
            return "";
        } catch (CommandLine.ParameterException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    private static Stream<OptionSpec> options(CommandLine command) {
        return Stream.concat(
                command.getCommandSpec().options().stream()
                        .filter(option -> option.type().isEnum()),
                command.getSubcommands().values().stream().flatMap(WordsTest::options));
    }
}
