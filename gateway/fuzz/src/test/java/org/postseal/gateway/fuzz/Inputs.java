package org.postseal.gateway.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.postseal.gateway.testkit.Project;

/** Finds the inputs that are not made anew: those that were kept, and other people's samples. */
final class Inputs {
    /** The most octets of one input. Larger ones only make the fuzzer slow. */
    static final int MOST_OCTETS = 16 * 1024;

    private static final Pattern PEM = Pattern.compile("-----BEGIN [A-Z0-9 ]+-----([A-Za-z0-9+/=\\s]+)-----END");

    private Inputs() {}

    /** Returns the inputs in the resources of this module, by the names of their files. */
    static Map<String, byte[]> kept(Targets target) throws IOException {
        Path folder = Project.file("gateway/fuzz/src/test/resources/kept").resolve(target.toString());
        return Files.isDirectory(folder) ? files(folder, List.of("*")) : Map.of();
    }

    /** Returns what {@code corpora} has for the target. PEM is decoded, since the targets read DER. */
    static Map<String, byte[]> samples(Target target, Path corpora) throws IOException {
        return files(corpora, target.samples());
    }

    private static Map<String, byte[]> files(Path folder, List<String> patterns) throws IOException {
        List<PathMatcher> matchers = patterns.stream()
                .map(pattern -> FileSystems.getDefault().getPathMatcher("glob:" + pattern))
                .toList();
        Map<String, byte[]> found = new LinkedHashMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                Path name = folder.relativize(file);
                if (matchers.stream().anyMatch(matcher -> matcher.matches(name)) && Files.size(file) <= MOST_OCTETS) {
                    found.put(name.toString().replace('/', '-'), decoded(Files.readAllBytes(file)));
                }
            }
        }
        return found;
    }

    private static byte[] decoded(byte[] octets) {
        Matcher pem = PEM.matcher(new String(octets, StandardCharsets.ISO_8859_1));
        return pem.lookingAt() ? Base64.getMimeDecoder().decode(pem.group(1)) : octets;
    }
}
