import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * For bin/package: the bill of materials with the Java runtime added to it, the copyright file of the Debian package
 * (DEP-5), and the notices that the libraries
 * carry. Fails when a library that is shipped is not in the bill, or a licence has no text here.
 *
 * Arguments: the bill without its extension, the program's folder, the head of the copyright file, the folder for all
 * that is made, the name of the new bill.
 */
final class Legal {
    private record Library(String jar, String name, String publisher, List<String> licences) {}

    /** What Debian has in /usr/share/common-licenses, by the names that bills use (SPDX). */
    private static final Map<String, String> COMMON = Map.of(
            "Apache-2.0", "Apache-2.0",
            "GPL-2.0-only", "GPL-2",
            "GPL-2.0", "GPL-2",
            "LGPL-2.1-only", "LGPL-2.1",
            "LGPL-2.1", "LGPL-2.1",
            "GPL-2.0-with-classpath-exception", "GPL-2");

    /** Names that are no SPDX, or not one's own: as poms write them. */
    private static final Map<String, String> NAMES = Map.of(
            "Bouncy Castle Licence", "Bouncy-Castle",
            "GPL2 w/ CPE", "GPL-2.0-with-classpath-exception",
            "GNU General Public License version 2 (GPLv2)", "GPL-2.0-only",
            "GNU Lesser General Public License version 2.1 (LGPLv2.1)", "LGPL-2.1-only",
            "UnboundID LDAP SDK Free Use License", "UnboundID-Free-Use");

    private static final Pattern NOTICE = Pattern.compile(
            "(?:META-INF/)?(?:licenses/(?:[\\w.-]+/)*|[\\w.-]*/)?(NOTICE|LICEN[CS]E|COPYRIGHT|DEPENDENCIES)[\\w.-]*",
            Pattern.CASE_INSENSITIVE);

    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[1]);
        Path folder = Path.of(arguments[3]);
        Properties release = release(home);
        List<Library> libraries = libraries(Path.of(arguments[0] + ".xml"), home.resolve("lib"));
        Files.writeString(
                folder.resolve(arguments[4]), bill(Files.readString(Path.of(arguments[0] + ".json")), release));
        Files.writeString(folder.resolve("copyright"), copyright(Files.readString(Path.of(arguments[2])), libraries));
        notices(libraries, home.resolve("lib"), Files.createDirectories(folder.resolve("third-party")));
    }

    private static Properties release(Path home) throws IOException {
        Properties release = new Properties();
        try (InputStream octets = Files.newInputStream(home.resolve("runtime/release"))) {
            release.load(octets);
        }
        return release;
    }

    private static List<Library> libraries(Path bill, Path folder) throws Exception {
        Document document =
                DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(bill.toFile());
        Map<String, Library> byJar = new TreeMap<>();
        NodeList components = document.getElementsByTagName("component");
        for (int i = 0; i < components.getLength(); i++) {
            Element component = (Element) components.item(i);
            String purl = text(component, "purl");
            String classifier =
                    purl.contains("classifier=") ? "-" + purl.replaceFirst(".*classifier=([^&]+).*", "$1") : "";
            String jar = text(component, "name") + "-" + text(component, "version") + classifier + ".jar";
            byJar.put(
                    jar,
                    new Library(
                            jar,
                            text(component, "group") + ":" + text(component, "name"),
                            text(component, "publisher"),
                            licences(component)));
        }
        List<Library> shipped = new ArrayList<>();
        try (Stream<Path> jars = Files.list(folder)) {
            for (Path jar : jars.sorted().toList()) {
                Library library = byJar.get(jar.getFileName().toString());
                if (library == null) {
                    throw new IllegalStateException(jar.getFileName() + " is not in the bill of materials");
                }
                shipped.add(library);
            }
        }
        return shipped;
    }

    private static List<String> licences(Element component) {
        Set<String> found = new LinkedHashSet<>();
        NodeList licences = component.getElementsByTagName("license");
        for (int i = 0; i < licences.getLength(); i++) {
            Element licence = (Element) licences.item(i);
            String id = text(licence, "id");
            String name = id.isEmpty() ? text(licence, "name") : id;
            found.add(NAMES.getOrDefault(name, name));
        }
        String expression = text(component, "expression");
        if (!expression.isEmpty()) {
            found.addAll(List.of(expression.split(" (?:OR|AND) ")));
        }
        return List.copyOf(found);
    }

    private static String text(Element parent, String tag) {
        NodeList found = parent.getElementsByTagName(tag);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent().strip();
    }

    /** The runtime is no artifact of Maven's, so that the plugin does not know of it. */
    private static String bill(String json, Properties release) {
        String version = System.getProperty("java.runtime.version");
        String modules = release.getProperty("MODULES").replace("\"", "");
        String purl = "pkg:generic/openjdk@" + version.replace("+", "%2B");
        String runtime = """

                  "components" : [
                    {
                      "type" : "platform",
                      "bom-ref" : "%s",
                      "name" : "openjdk",
                      "version" : "%s",
                      "description" : "Java runtime, linked from the modules %s",
                      "licenses" : [ { "expression" : "GPL-2.0-only WITH Classpath-exception-2.0" } ],
                      "purl" : "%s"
                    },""".formatted(purl, version, modules, purl);
        // of the bill itself; the tools that made it have components too
        String start = "\n  \"components\" : [";
        if (!json.contains(start)) {
            throw new IllegalStateException("the bill of materials has no components");
        }
        int at = json.indexOf(start);
        return json.substring(0, at) + runtime + json.substring(at + start.length());
    }

    private static String copyright(String head, List<Library> libraries) {
        StringBuilder text = new StringBuilder(head);
        Set<String> used = new TreeSet<>(Set.of("Apache-2.0", "GPL-2.0-with-classpath-exception"));
        for (Library library : libraries) {
            if (library.name().startsWith("org.postseal:")) {
                continue;
            }
            if (library.licences().isEmpty()) {
                throw new IllegalStateException(library.name() + " says no licence");
            }
            used.addAll(library.licences());
            text.append("\nFiles: usr/lib/postseal/lib/").append(library.jar()).append('\n');
            text.append("Copyright: ")
                    .append(library.publisher().isEmpty() ? "the authors of " + library.name() : library.publisher())
                    .append('\n');
            text.append("License: ")
                    .append(String.join(" or ", library.licences()))
                    .append('\n');
            text.append("Comment: ")
                    .append(library.name())
                    .append(", unchanged as released; its own notices are in third-party\n");
        }
        for (String licence : used) {
            text.append("\nLicense: ").append(licence).append('\n').append(body(licence));
        }
        return text.toString();
    }

    private static String body(String licence) {
        String common = COMMON.get(licence);
        if (common != null) {
            return (licence.endsWith("exception")
                            ? " The code may be linked with other code under other terms (Classpath exception);"
                                    + " its text is in\n /usr/share/doc/postseal/openjdk/java.base.\n"
                            : "")
                    + " On Debian systems the licence is in /usr/share/common-licenses/" + common + ".\n";
        }
        return switch (licence) {
            case "MIT",
                    "MIT-0",
                    "BSD-2-Clause",
                    "BSD-3-Clause",
                    "EPL-1.0",
                    "EPL-2.0",
                    "Bouncy-Castle",
                    "UnboundID-Free-Use" ->
                " The text is in the library itself, and where it carries one in\n"
                        + " /usr/share/doc/postseal/third-party.\n";
            default -> throw new IllegalStateException("no text for the licence " + licence);
        };
    }

    private static void notices(List<Library> libraries, Path folder, Path to) throws IOException {
        for (Library library : libraries) {
            try (JarFile jar = new JarFile(folder.resolve(library.jar()).toFile())) {
                for (JarEntry entry : jar.stream()
                        .filter(each -> !each.isDirectory()
                                && NOTICE.matcher(each.getName()).matches())
                        .toList()) {
                    String name = library.jar().replaceFirst("\\.jar$", "") + "."
                            + entry.getName()
                                    .replaceFirst("^META-INF/", "")
                                    .replace('/', '.')
                                    .toLowerCase(java.util.Locale.ROOT);
                    try (InputStream octets = jar.getInputStream(entry)) {
                        Files.write(to.resolve(name), octets.readAllBytes());
                    }
                }
            }
        }
    }
}
