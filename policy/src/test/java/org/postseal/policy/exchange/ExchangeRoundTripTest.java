package org.postseal.policy.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests that any settings of Exchange become a policy that loads, and go back as they came, in each format. */
@Tag("thorough")
class ExchangeRoundTripTest {
    private final Random random = new Random(11);

    @Test
    void policiesGoBackAsTheyCame() {
        for (int i = 0; i < 300; i++) {
            List<Map<String, Object>> objects = new ArrayList<>();
            objects.add(policy("Default", true));
            objects.add(policy("Sales", false));
            objects.add(policy("Board", false));

            String yaml = String.join("\n", Exchange.body(Exchange.json(objects)));
            ExchangeExport.Exported exported = Exchange.exported(yaml);
            assertThat(exported.objects()).as(yaml).isEqualTo(objects);
            assertThat(Exchange.body(exported.list())).isEqualTo(yaml.lines().toList());
        }
    }

    @Test
    void onePolicyGoesBackAsADocument() {
        for (int i = 0; i < 100; i++) {
            Map<String, Object> policy = policy("Default", true);
            String yaml = String.join("\n", Exchange.body(Exchange.json(List.of(policy))));
            String document = Exchange.exported(yaml, "default").provisionDocument();

            assertThat(Exchange.body(document)).isEqualTo(yaml.lines().toList());
        }
    }

    /** If the organisation always requires something, no policy can leave it out; everything else goes back. */
    @Test
    void whatIsAlwaysRequiredOverrulesPolicies() {
        for (int i = 0; i < 100; i++) {
            Map<String, Object> policy = policy("Default", true);
            Map<String, Object> smime = new LinkedHashMap<>();
            smime.put("OWAAlwaysEncrypt", random.nextBoolean());
            smime.put("OWAAlwaysSign", random.nextBoolean());
            smime.put("OWAEncryptionAlgorithms", "6610");
            smime.put("OWASigningAlgorithms", "800C");
            String yaml =
                    String.join("\n", Exchange.body(Exchange.json(List.of(policy, policy("Sales", false), smime))));

            List<Map<String, Object>> objects = Exchange.exported(yaml).objects();
            assertThat(objects.getLast()).isEqualTo(smime);
            Map<String, Object> expected = new LinkedHashMap<>(policy);
            if (Boolean.TRUE.equals(smime.get("OWAAlwaysEncrypt"))) {
                expected.remove("RequireEncryptedSMIMEMessages", false);
            }
            if (Boolean.TRUE.equals(smime.get("OWAAlwaysSign"))) {
                expected.remove("RequireSignedSMIMEMessages", false);
            }
            assertThat(objects.getFirst()).as(yaml).isEqualTo(expected);
        }
    }

    private Map<String, Object> policy(String name, boolean isDefault) {
        Map<String, Object> policy = new LinkedHashMap<>();
        policy.put("Name", name);
        policy.put("IsDefault", isDefault);
        for (MobileParameter parameter : MobileParameter.values()) {
            String value =
                    parameter.names().get(random.nextInt(parameter.names().size()));
            policy.put(parameter.word(), parameter.isBoolean() ? (Object) Boolean.valueOf(value) : value);
        }
        return policy;
    }
}
