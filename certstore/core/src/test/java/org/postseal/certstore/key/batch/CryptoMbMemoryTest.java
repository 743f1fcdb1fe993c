package org.postseal.certstore.key.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.key.batch.CryptoMb.Input;
import org.postseal.certstore.key.batch.CryptoMb.Method;

/** What the native library gets to see, and what is left of it. */
class CryptoMbMemoryTest {
    private static final int BITS = 2048;
    private static final int WORKSPACE = 4096;

    private final List<MemorySegment> given = new ArrayList<>();
    private final SegmentAllocator memory = (size, alignment) -> {
        MemorySegment segment = Arena.ofAuto().allocate(size, alignment);
        given.add(segment);
        return segment;
    };

    @Test
    void aLaneThatNobodyNeedsHasTheNumbersOfTheFirst() {
        List<byte[]> answers = CryptoMb.call(
                (tables, _, _, _) -> {
                    for (int table = 0; table < tables.length; table++) {
                        for (int lane = 2; lane < Lanes.NUMBER; lane++) {
                            boolean isAnswer = table == 1;
                            assertThat(octets(tables[table], lane))
                                    .isEqualTo(octets(tables[table], isAnswer ? lane : 0));
                            assertThat(pointer(tables[table], lane)).isNotEqualTo(pointer(tables[table], 0));
                        }
                    }
                    return 0;
                },
                new Method(MemorySegment.NULL, WORKSPACE),
                BITS,
                List.of(input(1), input(2)),
                memory);
        assertThat(answers).hasSize(2);
    }

    @Test
    void nothingIsLeftOfWhatTheLibraryHad() {
        byte[] answer = CryptoMb.call(
                        (tables, _, _, workspace) -> {
                            workspace.fill((byte) 7);
                            at(tables[1], 0).fill((byte) 9);
                            assertThat(isWiped()).isFalse();
                            return 0;
                        },
                        new Method(MemorySegment.NULL, WORKSPACE),
                        BITS,
                        List.of(input(1)),
                        memory)
                .getFirst();
        assertThat(answer[0]).isEqualTo((byte) 9);
        assertThat(isWiped()).isTrue();
    }

    @Test
    void norIfItFails() {
        assertThatThrownBy(() -> CryptoMb.call(
                        (_, _, _, _) -> {
                            throw new IllegalStateException("no such function");
                        },
                        new Method(MemorySegment.NULL, WORKSPACE),
                        BITS,
                        List.of(input(1)),
                        memory))
                .isInstanceOf(LinkageError.class);
        assertThat(isWiped()).isTrue();
    }

    private boolean isWiped() {
        assertThat(given).hasSize(1);
        return given.getFirst().asByteBuffer().equals(ByteBuffer.allocate((int)
                given.getFirst().byteSize()));
    }

    private static Input input(int seed) {
        byte[] number = new byte[BITS / 8];
        number[number.length - 1] = (byte) seed;
        BigInteger key = BigInteger.ONE.shiftLeft(BITS / 2 - 1).add(BigInteger.valueOf(seed));
        return new Input(number, BITS / 16, List.of(key, key.add(BigInteger.ONE)));
    }

    private byte[] octets(MemorySegment table, int lane) {
        return at(table, lane).asSlice(0, 64).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Returns the memory from where a lane's pointer leads to. */
    private MemorySegment at(MemorySegment table, int lane) {
        MemorySegment all = given.getFirst();
        long offset = pointer(table, lane) - all.address();
        return all.asSlice(offset, Math.min(BITS / 16, all.byteSize() - offset));
    }

    private static long pointer(MemorySegment table, int lane) {
        return table.getAtIndex(ValueLayout.ADDRESS, lane).address();
    }
}
