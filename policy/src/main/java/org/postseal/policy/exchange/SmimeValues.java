package org.postseal.policy.exchange;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.postseal.policy.exchange.ExchangeObject.Property;
import org.postseal.policy.exchange.ExchangeObject.Shape;
import org.postseal.policy.settings.SmimeParameter;
import org.postseal.policy.yaml.Problems;
import org.postseal.policy.yaml.YamlValue;

/**
 * The values of Get-SmimeConfig, adapted to our policy.
 *
 * @param values a value that is not set and was not substituted has no entry
 * @param remarks what was substituted or left out, for the admin who imports it
 */
record SmimeValues(Map<SmimeParameter, String> values, List<String> remarks) {
    /** Reads the values. A value that cannot be read and has no substitute becomes a problem. */
    static SmimeValues of(ExchangeObject object, Problems problems) {
        Map<SmimeParameter, String> values = new EnumMap<>(SmimeParameter.class);
        List<String> remarks = new ArrayList<>();
        for (SmimeParameter parameter : SmimeParameter.microsofts().toList()) {
            Optional<Property> property = Optional.ofNullable(
                            object.properties().get(parameter.parameter()))
                    .filter(found -> found.shape() != Shape.NOTHING);
            Optional<AlgorithmList.Kind> list = list(parameter);
            if (list.isPresent()) {
                values.put(parameter, algorithms(list.get(), parameter, property, remarks));
            } else if (property.isPresent()) {
                value(parameter, property.get(), problems, remarks).ifPresent(value -> values.put(parameter, value));
            }
        }
        remarkOnTimes(values, remarks);
        return new SmimeValues(values, remarks);
    }

    private static Optional<String> value(
            SmimeParameter parameter, Property property, Problems problems, List<String> remarks) {
        Optional<String> text = property.value();
        if (parameter.type() == SmimeParameter.Type.STORE) {
            remarks.add(
                    parameter.parameter() + " is left out: write it to a file and give that to postseal trust import");
            return Optional.empty();
        }
        if (parameter.isReserved()) {
            return Optional.empty();
        }
        if (text.isEmpty()) {
            problems.error(property.line(), property.key(), "must be a single value");
            return Optional.empty();
        }
        return switch (parameter.type()) {
            case BOOLEAN ->
                Values.bool(text.get()).map(String::valueOf).or(() -> refuse("true or false", property, problems));
            case FORKING ->
                Optional.of(text.get())
                        .filter(value -> value.matches("[0-2]"))
                        .or(() -> refuse("0, 1 or 2", property, problems));
            case MILLISECONDS -> milliseconds(parameter, property, problems, remarks);
            case ATTRIBUTES -> attributes(parameter, text.get(), remarks);
            case CIPHERS, DIGESTS, FORKS, STORE, TEXT -> Optional.empty();
        };
    }

    private static Optional<String> attributes(SmimeParameter parameter, String text, List<String> remarks) {
        String bare = text.replace(" ", "");
        if (!OIDS.matcher(bare).matches()) {
            remarks.add(parameter.parameter() + " is left out: '" + YamlValue.clean(text)
                    + "' is no list of OIDs such as 2.5.4.3,2.5.4.10");
            return Optional.empty();
        }
        return Optional.of(bare);
    }

    private static Optional<String> milliseconds(
            SmimeParameter parameter, Property property, Problems problems, List<String> remarks) {
        String text = property.text();
        boolean isNumber = text.matches("\\d{1,10}") && Long.parseLong(text) <= MOST_MILLISECONDS;
        if (!isNumber) {
            return refuse("a number of milliseconds up to " + MOST_MILLISECONDS, property, problems);
        }
        if (Long.parseLong(text) == 0) {
            remarks.add(parameter.parameter() + " is " + parameter.microsoftDefault()
                    + ", Microsoft's default: what 0 means is documented nowhere");
            return Optional.of(parameter.microsoftDefault());
        }
        return Optional.of(text);
    }

    private static Optional<String> refuse(String what, Property property, Problems problems) {
        problems.error(
                property.line(),
                property.key(),
                "must be " + what + ", not '" + YamlValue.clean(property.text()) + "'");
        return Optional.empty();
    }

    private static Optional<AlgorithmList.Kind> list(SmimeParameter parameter) {
        return switch (parameter.type()) {
            case CIPHERS -> Optional.of(AlgorithmList.Kind.ENCRYPTION);
            case DIGESTS -> Optional.of(AlgorithmList.Kind.SIGNING);
            case BOOLEAN, FORKING, FORKS, MILLISECONDS, ATTRIBUTES, STORE, TEXT -> Optional.empty();
        };
    }

    private static String algorithms(
            AlgorithmList.Kind kind, SmimeParameter parameter, Optional<Property> property, List<String> remarks) {
        String instead = parameter.parameter() + " is " + kind.substitute() + " (" + kind.substituteName() + "): ";
        String exchange = kind == AlgorithmList.Kind.SIGNING ? "; Exchange takes SHA-1 then" : "";
        if (property.isEmpty()) {
            remarks.add(instead + "it was not set" + exchange);
            return kind.substitute();
        }
        String text = property.get().text();
        return switch (AlgorithmList.read(kind, text)) {
            case AlgorithmList.Malformed(String why) -> {
                remarks.add(instead + "'" + YamlValue.clean(text) + "' cannot be read, " + why + exchange);
                yield kind.substitute();
            }
            case AlgorithmList.Read(AlgorithmList list) -> {
                AlgorithmList whole = list.withKeyLengths();
                if (!whole.equals(list)) {
                    remarks.add(parameter.parameter() + ": 6602 without a key length is 6602:128");
                }
                if (!whole.legacy().isEmpty()) {
                    remarks.add(parameter.parameter() + " names " + String.join(", ", whole.legacy())
                            + ": too old, and passed over");
                }
                yield whole.toString();
            }
        };
    }

    // Microsoft's own defaults allow one connection more time than all of them together.
    private static void remarkOnTimes(Map<SmimeParameter, String> values, List<String> remarks) {
        String each = values.get(SmimeParameter.CRL_CONNECTION_TIMEOUT);
        String all = values.get(SmimeParameter.CRL_RETRIEVAL_TIMEOUT);
        if (each != null && all != null && Long.parseLong(each) > Long.parseLong(all)) {
            remarks.add(
                    "OWACRLConnectionTimeout is longer than OWACRLRetrievalTimeout, which is for all of them together: "
                            + all + " ms is what a connection gets at most");
        }
    }

    private static final Pattern OIDS = Pattern.compile("[0-2](\\.\\d{1,20}){1,30}(,[0-2](\\.\\d{1,20}){1,30}){0,30}");
    private static final long MOST_MILLISECONDS = 4_294_967_295L;
}
