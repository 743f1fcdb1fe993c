package org.postseal.policy.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.postseal.policy.exchange.ExchangeExport.Exported;
import org.postseal.policy.exchange.ExchangeImport.Imported;
import org.postseal.policy.exchange.ExchangeImport.Source;
import org.postseal.policy.yaml.Problem;

/** Imports and exports for tests. */
final class Exchange {
    private Exchange() {}

    /** Returns an import that must succeed, from files called {@code 1}, {@code 2} and so on. */
    static Imported imported(String... texts) {
        ExchangeImport.Result result = result(texts);
        assertThat(result).as(result.toString()).isInstanceOf(Imported.class);
        return (Imported) result;
    }

    /** Returns the lines after the comments at the top of an import that must succeed. */
    static List<String> body(String... texts) {
        return imported(texts)
                .yaml()
                .lines()
                .dropWhile(line -> line.startsWith("#"))
                .toList();
    }

    /** Returns the problems of an import that must be refused. */
    static List<String> refused(String... texts) {
        ExchangeImport.Result result = result(texts);
        assertThat(result).as(result.toString()).isInstanceOf(ExchangeImport.Refused.class);
        return ((ExchangeImport.Refused) result)
                .problems().stream().map(Problem::toString).toList();
    }

    /** Returns an export that must succeed. */
    static Exported exported(String yaml, String... only) {
        ExchangeExport.Result result =
                ExchangeExport.of("policy.yaml", yaml, Arrays.stream(only).findFirst(), ExchangeGaps.REFUSED);
        assertThat(result).as(result.toString()).isInstanceOf(Exported.class);
        return (Exported) result;
    }

    /** Returns the problems of an export that must be refused. */
    static List<String> exportRefused(String yaml, String... only) {
        ExchangeExport.Result result =
                ExchangeExport.of("policy.yaml", yaml, Arrays.stream(only).findFirst(), ExchangeGaps.REFUSED);
        assertThat(result).as(result.toString()).isInstanceOf(ExchangeExport.Refused.class);
        return ((ExchangeExport.Refused) result)
                .problems().stream().map(Problem::toString).toList();
    }

    /** Writes the plain objects of an export as ConvertTo-Json does. */
    static String json(List<Map<String, Object>> objects) {
        return objects.stream()
                .map(object -> object.entrySet().stream()
                        .map(entry -> "\"" + entry.getKey() + "\": "
                                + (entry.getValue() instanceof String text ? "\"" + text + "\"" : entry.getValue()))
                        .collect(Collectors.joining(",\n", "{\n", "\n}")))
                .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    }

    private static ExchangeImport.Result result(String... texts) {
        List<Source> sources = Arrays.stream(texts)
                .map(text -> new Source(String.valueOf(Arrays.asList(texts).indexOf(text) + 1), text))
                .toList();
        return ExchangeImport.of(sources, List.of("example.com"));
    }
}
