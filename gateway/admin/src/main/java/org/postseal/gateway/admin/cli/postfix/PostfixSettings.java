package org.postseal.gateway.admin.cli.postfix;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code postconf} says about {@code main.cf} and {@code master.cf}.
 *
 * @param main every parameter, with its default if the file does not name it
 * @param services the services in the order of {@code master.cf}
 */
record PostfixSettings(Map<String, String> main, List<Service> services) {
    static final String OVERRIDES = "receive_override_options";

    /** The one of {@link #OVERRIDES} by which no alias is expanded. */
    static final String NO_MAPPINGS = "no_address_mappings";

    /**
     * A line of {@code master.cf}.
     *
     * @param name the port for {@code inet}, maybe with a host before it
     * @param type such as {@code inet} or {@code unix}
     * @param command such as {@code smtpd}
     * @param overrides its {@code -o} options
     */
    record Service(String name, String type, String command, Map<String, String> overrides) {
        /** Returns the name that postconf(1) gives the service. */
        String label() {
            return name + "/" + type;
        }

        /** Returns the port without the host; a few names of services(5) become numbers. */
        String port() {
            String port = name.substring(name.lastIndexOf(':') + 1);
            return PORTS.getOrDefault(port, port);
        }

        /** Returns the host; empty if the service listens on what {@code inet_interfaces} says. */
        String host() {
            return name.substring(0, Math.max(name.lastIndexOf(':'), 0)).replaceAll("[\\[\\]]", "");
        }
    }

    /** Reads the output of {@code postconf}, {@code postconf -M} and {@code postconf -P}. */
    static PostfixSettings parse(String main, String services, String overrides) {
        List<Service> found = new ArrayList<>();
        for (String line : services.lines().toList()) {
            String[] words = line.strip().split("\\s+", 9);
            if (words.length >= 8) {
                String prefix = words[0] + "/" + words[1] + "/";
                Map<String, String> own = new LinkedHashMap<>();
                overrides
                        .lines()
                        .filter(each -> each.startsWith(prefix))
                        .forEach(each -> put(own, each.substring(prefix.length())));
                found.add(new Service(words[0], words[1], words[7], own));
            }
        }
        return new PostfixSettings(values(main), found);
    }

    /** Reads lines such as {@code myorigin = example.com}. */
    static Map<String, String> values(String lines) {
        Map<String, String> values = new LinkedHashMap<>();
        lines.lines().forEach(line -> put(values, line));
        return values;
    }

    /** Returns a value that is expanded already as main.cf has to have it. */
    static String literal(String expanded) {
        return expanded.replace("$", "$$");
    }

    /** Returns the value for all services that do not override it. */
    String value(String parameter) {
        return main.getOrDefault(parameter, "");
    }

    String value(Service service, String parameter) {
        return service.overrides().getOrDefault(parameter, value(parameter));
    }

    /** Splits the value into words; Postfix allows commas in place of blanks. */
    List<String> words(Service service, String parameter) {
        return split(value(service, parameter));
    }

    /** Splits the value for all services that do not override it into words. */
    List<String> words(String parameter) {
        return split(value(parameter));
    }

    private static List<String> split(String value) {
        return Arrays.stream(value.split("[,\\s]+", -1))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** Returns the services that run these commands. */
    List<Service> running(String... commands) {
        return services.stream()
                .filter(service -> Arrays.asList(commands).contains(service.command()))
                .toList();
    }

    /** Returns the delivery agent of this name. */
    Optional<Service> transport(String name) {
        return services.stream()
                .filter(service ->
                        service.name().equals(name) && !service.type().equals("inet"))
                .findFirst();
    }

    private static void put(Map<String, String> values, String line) {
        int sign = line.indexOf('=');
        if (sign > 0) {
            values.put(line.substring(0, sign).strip(), line.substring(sign + 1).strip());
        }
    }

    private static final Map<String, String> PORTS =
            Map.of("smtp", "25", "submission", "587", "submissions", "465", "smtps", "465", "lmtp", "24");
}
