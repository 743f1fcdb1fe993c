package org.postseal.certstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/08",
                "10.0.0/8",
                "300.1.1.1",
                "010.0.0.0/8",
                "10.0.0.01",
                "::1/129",
                "10.0.0.0/x",
                "10.0.0.0/",
                "fe80::1%eth0"
            })
    void otherTextIsNoRange(String text) {
        assertThat(AddressRange.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/25, 192.0.2.127, true",
        "192.0.2.0/25, 192.0.2.128, false",
        "192.0.2.9, 192.0.2.9, true",
        "192.0.2.9, 192.0.2.8, false",
        "0.0.0.0/0, 203.0.113.1, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "2001:db8::/32, 2001:db8:ffff::1, true",
        "2001:db8::/32, 2001:db9::, false",
        "192.0.2.0/24, ::ffff:192.0.2.1, true"
    })
    void anAddressIsInARangeIfItsFirstBitsAreTheSame(String range, String address, boolean isIn) {
        assertThat(AddressRange.of(range).contains(InetAddress.ofLiteral(address)))
                .isEqualTo(isIn);
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3/8, 10.0.0.0/8",
        "10.0.0.0/8, 10.0.0.0/8",
        "192.0.2.129/25, 192.0.2.128/25",
        "10.1.2.3/0, 0.0.0.0/0",
        "10.1.2.3/32, 10.1.2.3",
        "2001:db8::1/32, 2001:db8:0:0:0:0:0:0/32",
        "::1, 0:0:0:0:0:0:0:1"
    })
    void aRangeBeginsWithItsFirstAddress(String text, String fromFirst) {
        assertThat(AddressRange.of(text).fromFirst()).hasToString(fromFirst).isEqualTo(AddressRange.of(fromFirst));
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.0/8, 10.1.0.0/16, true", "10.0.0.0/16, 10.1.0.0/16, false", "10.0.0.0/8, ::/0, false"})
    void rangesOverlapIfOneIsInTheOther(String one, String other, boolean isOverlap) {
        assertThat(AddressRange.of(one).overlaps(AddressRange.of(other))).isEqualTo(isOverlap);
        assertThat(AddressRange.of(other).overlaps(AddressRange.of(one))).isEqualTo(isOverlap);
    }
}
