package org.postseal.certstore.path;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.bouncycastle.asn1.x509.PolicyMappings;
import org.postseal.certstore.MailCertificate;

/**
 * Limits the size of the policy tree of RFC 5280 §6.1 for a path. If a few certificates map each of their policies to
 * every other one, the tree grows exponentially with the depth (RFC 9618 §3). The size is counted level by level
 * without building the tree, so such a path is refused before a validator builds it.
 */
final class PolicyBudget {
    static final int MAX_NODES = 1_024;
    private static final String ANY = "2.5.29.32.0";

    private PolicyBudget() {}

    /**
     * Returns true if the tree for {@code path}, leaf first and anchor last, stays within {@link #MAX_NODES}. The count
     * may be too high, but never too low.
     */
    static boolean holds(List<MailCertificate> path) {
        // For each policy, this is the number of nodes that expect it in the next certificate.
        Map<String, Long> expected = Map.of(ANY, 1L);
        long total = 1;
        for (int i = path.size() - 2; i >= 0; i--) {
            Extensions extensions = path.get(i).holder().getExtensions();
            Set<String> policies = policies(extensions);
            Map<String, Long> children = children(expected, policies);
            total += sum(children);
            if (total > MAX_NODES) {
                return false;
            }
            Map<String, Set<String>> mappings = mappings(extensions);
            expected = mapped(children, mappings);
            if (sum(expected) > MAX_NODES) {
                return false;
            }
        }
        return true;
    }

    private static Map<String, Long> children(Map<String, Long> expected, Set<String> policies) {
        Map<String, Long> children = new HashMap<>();
        long any = expected.getOrDefault(ANY, 0L);
        for (String policy : policies) {
            if (!policy.equals(ANY)) {
                children.put(policy, Math.max(expected.getOrDefault(policy, 0L), any));
            }
        }
        if (policies.contains(ANY)) {
            expected.forEach((policy, nodes) -> children.merge(policy, nodes, Math::max));
        }
        return children;
    }

    private static Map<String, Long> mapped(Map<String, Long> children, Map<String, Set<String>> mappings) {
        Map<String, Long> expected = new HashMap<>();
        long any = children.getOrDefault(ANY, 0L);
        Set<String> policies = new HashSet<>(children.keySet());
        // A mapping of a policy that only anyPolicy covers creates a node of its own (RFC 5280 §6.1.4 b 1).
        policies.addAll(mappings.keySet());
        for (String policy : policies) {
            long nodes = children.getOrDefault(policy, any);
            for (String target : mappings.getOrDefault(policy, Set.of(policy))) {
                expected.merge(target, nodes, Long::sum);
            }
        }
        return expected;
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static Set<String> policies(@org.jspecify.annotations.Nullable Extensions extensions) {
        CertificatePolicies policies = extensions == null ? null : CertificatePolicies.fromExtensions(extensions);
        Set<String> names = new HashSet<>();
        if (policies != null) {
            for (PolicyInformation policy : policies.getPolicyInformation()) {
                names.add(policy.getPolicyIdentifier().getId());
            }
        }
        return names;
    }

    private static Map<String, Set<String>> mappings(@org.jspecify.annotations.Nullable Extensions extensions) {
        Extension extension = extensions == null ? null : extensions.getExtension(Extension.policyMappings);
        Map<String, Set<String>> mappings = new HashMap<>();
        if (extension != null) {
            ASN1Encodable value =
                    PolicyMappings.getInstance(extension.getParsedValue()).toASN1Primitive();
            for (ASN1Encodable each : ASN1Sequence.getInstance(value)) {
                ASN1Sequence pair = ASN1Sequence.getInstance(each);
                mappings.computeIfAbsent(pair.getObjectAt(0).toString(), _ -> new HashSet<>())
                        .add(pair.getObjectAt(1).toString());
            }
        }
        return mappings;
    }
}
