package org.postseal.gateway.admin.cli.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class ListingTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void aListThatComesInPagesIsTheSameArray() {
        List<String> rows = List.of("a\nb", "c", "d");
        Listing<String> listing = listing(true);
        listing.page(rows.subList(0, 2));
        listing.page(rows.subList(2, 3));
        listing.end("3 rows");
        assertThat(printed())
                .isEqualTo(JsonText.of(rows.stream().map(ListingTest::members).toList()) + "\n");
    }

    @Test
    void anEmptyListIsAnEmptyArrayOrItsSumAlone() {
        listing(true).print(List.of(), "0 rows");
        assertThat(printed()).isEqualTo("[]\n");
        listing(false).print(List.of(), "0 rows");
        assertThat(printed()).isEqualTo("0 rows\n");
    }

    @Test
    void headingsStandOnceAndCellsBelowTheirOwn() {
        Listing<String> listing = listing(false);
        listing.page(List.of("long"));
        listing.page(List.of("x"));
        listing.end("2 rows");
        assertThat(printed()).isEqualTo("NAME  LENGTH\nlong  4\nx     1\n2 rows\n");
    }

    private Listing<String> listing(boolean isJson) {
        Console console = new Console(
                InputStream.nullInputStream(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(out, true, StandardCharsets.UTF_8));
        Surroundings surroundings =
                new Surroundings("root", OptionalInt.empty(), Clock.systemUTC(), Duration.ofSeconds(1));
        StoreAccess store = new StoreAccess(() -> Path.of("postseal.yaml"), console, surroundings);
        return new Listing<String>(store, isJson, ListingTest::members)
                .column("NAME", row -> row)
                .column("LENGTH", row -> String.valueOf(row.length()));
    }

    private String printed() {
        String text = out.toString(StandardCharsets.UTF_8);
        out.reset();
        return text;
    }

    private static Map<String, Object> members(String row) {
        return Map.of("name", row);
    }
}
