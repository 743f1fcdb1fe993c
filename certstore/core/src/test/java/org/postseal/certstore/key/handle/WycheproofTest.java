package org.postseal.certstore.key.handle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.certstore.key.handle.WycheproofQuestions.Answer;
import org.postseal.certstore.key.handle.WycheproofQuestions.Question;
import org.postseal.certstore.key.handle.WycheproofVectors.Vector;
import org.postseal.certstore.provider.CryptoProviders;

/**
 * Asks every provider in use, and the gateway's own code on top of them, about Wycheproof's vectors. One table in
 * docs/security.md says how many vectors each of them was asked, and another one where the answer differs from
 * Wycheproof's. A difference that is not in the table fails, and so does a row that no longer occurs.
 */
@Tag("thorough")
class WycheproofTest {
    private static WycheproofPeer postseal;
    private static List<String> page;

    @BeforeAll
    static void load() throws IOException {
        // The gateway's own code asks the providers that an installed gateway has.
        CryptoProviders.install();
        postseal = WycheproofPeer.postseal();
        page = Files.readAllLines(Path.of("../../docs/security.md"));
    }

    @ParameterizedTest
    @EnumSource
    void everybodyAnswersAsThePageSays(WycheproofSuite suite) throws Exception {
        Map<String, Integer> asked = new TreeMap<>();
        Map<String, Integer> differences = new TreeMap<>();
        for (String file : WycheproofVectors.files()) {
            if (suite.has(file)) {
                for (Vector vector : WycheproofVectors.read(file)) {
                    asked.merge(ALL, 1, Integer::sum);
                    for (WycheproofPeer peer : List.of(postseal, WycheproofPeer.JDK, WycheproofPeer.BOUNCY_CASTLE)) {
                        count(peer.name(), suite.provider(peer, vector), peer, vector, asked, differences);
                    }
                    count(GATEWAY, suite.gateway(vector), postseal, vector, asked, differences);
                }
            }
        }
        List<String> row = new ArrayList<>(List.of(suite.word()));
        WHO.forEach(who -> row.add(String.valueOf(asked.getOrDefault(who, 0))));
        assertThat(cells(7)).contains(row.toArray(String[]::new));
        assertThat(differences.entrySet().stream().map(each -> each.getKey() + " | " + each.getValue()))
                .containsExactlyInAnyOrderElementsOf(explained(suite));
    }

    private static void count(
            String who,
            Question question,
            WycheproofPeer peer,
            Vector vector,
            Map<String, Integer> asked,
            Map<String, Integer> differences) {
        try {
            String difference = difference(question, peer, vector);
            asked.merge(who, 1, Integer::sum);
            if (!difference.isEmpty()) {
                differences.merge(who + " | " + difference, 1, Integer::sum);
            }
        } catch (NoSuchAlgorithmException notAsked) {
            assertThat(notAsked).isNotNull();
        }
    }

    private static String difference(Question question, WycheproofPeer peer, Vector vector)
            throws NoSuchAlgorithmException {
        Answer answer;
        try {
            answer = question.ask(peer, vector);
        } catch (NoSuchAlgorithmException notAsked) {
            throw notAsked;
        } catch (RuntimeException undeclared) {
            return "throws `" + undeclared.getClass().getSimpleName() + "`";
        } catch (Exception refused) {
            answer = Answer.REFUSED;
        }
        return switch (vector.result()) {
            case VALID -> answer == Answer.RIGHT ? "" : answer == Answer.REFUSED ? "refuses" : wrong(vector);
            case INVALID -> answer == Answer.REFUSED ? "" : "takes `" + vector.flags() + "`";
            case ACCEPTABLE -> answer == Answer.WRONG ? wrong(vector) : "";
        };
    }

    private static String wrong(Vector vector) {
        return "answers wrongly `" + vector.flags() + "`";
    }

    /** Returns the rows of the second table, one for each of those that a row names. */
    private static List<String> explained(WycheproofSuite suite) {
        List<String> rows = new ArrayList<>();
        for (String[] cells : cells(6)) {
            if (cells[0].equals(suite.word())) {
                assertThat(cells[4]).as(String.join(" | ", cells)).hasSizeGreaterThan(20);
                for (String who : cells[1].split(", ", -1)) {
                    rows.add(who + " | " + cells[2] + " | " + cells[3]);
                }
            }
        }
        return rows;
    }

    @Test
    void thePageHasNoOtherRows() {
        List<String> words = Arrays.stream(WycheproofSuite.values())
                .map(WycheproofSuite::word)
                .toList();
        assertThat(cells(6).stream().map(row -> row[0])).isSubsetOf(words);
        assertThat(cells(7).stream().map(row -> row[0])).containsExactlyElementsOf(words);
    }

    @Test
    void everyFileIsAskedOrLeftOut() throws IOException {
        Set<String> files = WycheproofVectors.files();
        files.removeIf(file -> Arrays.stream(WycheproofSuite.values()).anyMatch(suite -> suite.has(file)));
        assertThat(files).allMatch(LEFT_OUT::contains).containsAll(LEFT_OUT);
    }

    // Returns the rows of the tables that stand below their heading and have this many columns.
    private static List<String[]> cells(int columns) {
        int start = page.indexOf("### Wycheproof");
        assertThat(start).isPositive();
        return page.stream()
                .skip(start + 1L)
                .takeWhile(line -> !line.startsWith("#"))
                .filter(line -> line.startsWith("| "))
                .map(line -> line.substring(2, line.length() - 2).split(" \\| ", -1))
                .filter(row -> row.length == columns - 1 && !row[0].equals("vectors"))
                .toList();
    }

    private static final String ALL = "all";
    private static final String GATEWAY = "gateway";
    private static final List<String> WHO = List.of(ALL, "Postseal", "JDK", "Bouncy Castle", GATEWAY);
    // The gateway has no CCM, no XChaCha20, and no JSON Web Keys. The bare octets of X25519 and X448 are the same
    // vectors as those with ASN.1.
    private static final Set<String> LEFT_OUT =
            Set.of("aes_ccm", "xchacha20_poly1305", "x25519", "x25519_jwk", "x448", "x448_jwk");
}
