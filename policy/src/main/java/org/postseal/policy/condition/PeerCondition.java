package org.postseal.policy.condition;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.AddressRange;
import org.postseal.policy.people.Listing;
import org.postseal.policy.yaml.YamlValue;

/** {@code peer}: the IP address of the client. */
record PeerCondition(List<AddressRange> any) implements Condition {
    static final ConditionType TYPE = new ConditionType(
            "peer",
            Needs.MESSAGE,
            "IP addresses and ranges of the client.",
            "IP addresses and ranges (`192.0.2.0/24`, `2001:db8::/32`): of the client that a trusted peer names"
                    + " (XFORWARD), else of the connection",
            new ConditionForm(ConditionForm.TEXTS, (value, _) -> Optional.of(new PeerCondition(ranges(value)))));

    @Override
    public ConditionType type() {
        return TYPE;
    }

    @Override
    public Truth holds(Asked asked) {
        return Truth.of(asked.peer()
                .address()
                .filter(address -> any.stream().anyMatch(range -> range.contains(address)))
                .isPresent());
    }

    @Override
    public String words() {
        return "it comes from " + Listing.of(any);
    }

    private static List<AddressRange> ranges(YamlValue value) {
        List<AddressRange> ranges = new ArrayList<>();
        for (YamlValue item : value.oneOrMore()) {
            item.addressRange().ifPresent(ranges::add);
        }
        return ranges;
    }
}
