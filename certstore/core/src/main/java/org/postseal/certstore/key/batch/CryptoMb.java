package org.postseal.certstore.key.batch;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Calls Intel's libcrypto-mb (crypto_mb/rsa.h), which needs AVX-512 IFMA. The memory that the library sees belongs to
 * one call, and is wiped before it is given back.
 */
final class CryptoMb implements Lanes {
    private final Map<Integer, Method> roots;
    private final Map<Integer, Method> powers;
    private final Function root;
    private final Function power;

    // The methods are restricted because a wrong description ends the process. These are those of crypto_mb/rsa.h.
    @SuppressWarnings("restricted")
    private CryptoMb() throws Throwable {
        SymbolLookup library = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
        Linker linker = Linker.nativeLinker();
        MethodHandle ofRoot = linker.downcallHandle(library.findOrThrow("mbx_RSA_private_crt_Method"), METHOD);
        MethodHandle ofPower = linker.downcallHandle(library.findOrThrow("mbx_RSA_pub65537_Method"), METHOD);
        MethodHandle workspace = linker.downcallHandle(library.findOrThrow("mbx_RSA_Method_BufSize"), WORKSPACE);
        roots = new HashMap<>();
        powers = new HashMap<>();
        for (int bits : SIZES) {
            MemorySegment forRoot = (MemorySegment) ofRoot.invokeExact(bits);
            roots.put(bits, new Method(forRoot, (int) workspace.invokeExact(forRoot)));
            MemorySegment forPower = (MemorySegment) ofPower.invokeExact(bits);
            powers.put(bits, new Method(forPower, (int) workspace.invokeExact(forPower)));
        }
        MethodHandle crt = linker.downcallHandle(library.findOrThrow("mbx_rsa_private_crt_mb8"), operation(7));
        root = (t, bits, method, work) ->
                (int) crt.invokeExact(t[0], t[1], t[2], t[3], t[4], t[5], t[6], bits, method, work);
        MethodHandle pub = linker.downcallHandle(library.findOrThrow("mbx_rsa_public_mb8"), operation(3));
        power = (t, bits, method, work) -> (int) pub.invokeExact(t[0], t[1], t[2], bits, method, work);
    }

    /** How the library computes for one length of modulus, and how much memory it works in. */
    record Method(MemorySegment pointer, int workspace) {}

    /** Takes tables of a pointer for each lane: to the numbers, to the answers, and to each number of the key. */
    interface Function {
        int call(MemorySegment[] tables, int bits, MemorySegment method, MemorySegment workspace) throws Throwable;
    }

    /** Says whether there is such a library on this machine. */
    sealed interface Found {
        record Present(Lanes lanes) implements Found {}

        record Absent(String why) implements Found {}
    }

    /** Says why the processor cannot run the library, if that is so. A call could end the process there. */
    static Optional<String> unfitProcessor() {
        return unfitProcessor(Path.of("/proc/cpuinfo"));
    }

    static Optional<String> unfitProcessor(Path description) {
        try {
            return Files.readString(description).contains(" avx512ifma")
                    ? Optional.empty()
                    : Optional.of("the processor has no AVX-512 IFMA");
        } catch (IOException e) {
            return Optional.of("the processor is not known: " + e.getMessage());
        }
    }

    /** Loads the library, on a processor that can run it. */
    static Found find() {
        try {
            return new Found.Present(new CryptoMb());
        } catch (IllegalArgumentException missing) {
            return new Found.Absent(LIBRARY + " is not installed, or cannot be loaded");
        } catch (Throwable e) {
            // A method handle declares Throwable. Whatever a library of this name does, the gateway runs without it.
            return new Found.Absent(LIBRARY + " cannot be used: " + e);
        }
    }

    @Override
    public List<byte[]> root(int bits, List<Root> lanes) {
        return call(
                root,
                Objects.requireNonNull(roots.get(bits)),
                bits,
                lanes.stream()
                        .map(lane -> new Input(lane.number(), bits / 16, numbers(lane.key())))
                        .toList());
    }

    private static List<BigInteger> numbers(Crt key) {
        return List.of(key.p(), key.q(), key.dP(), key.dQ(), key.qInv());
    }

    @Override
    public List<byte[]> power(int bits, List<Power> lanes) {
        return call(
                power,
                Objects.requireNonNull(powers.get(bits)),
                bits,
                lanes.stream()
                        .map(lane -> new Input(lane.number(), bits / 8, List.of(lane.modulus())))
                        .toList());
    }

    /** What a lane is given; {@code octets} is the length of each number of the key. */
    record Input(byte[] number, int octets, List<BigInteger> key) {
        int size() {
            return 2 * number.length + key.size() * octets;
        }
    }

    private static List<byte[]> call(Function function, Method method, int bits, List<Input> lanes) {
        try (Arena arena = Arena.ofConfined()) {
            return call(function, method, bits, lanes, arena);
        }
    }

    /** Calls the function with memory that is wiped afterwards. */
    static List<byte[]> call(Function function, Method method, int bits, List<Input> lanes, SegmentAllocator memory) {
        int tables = 2 + lanes.getFirst().key().size();
        long pointers = (long) tables * NUMBER * ValueLayout.ADDRESS.byteSize();
        MemorySegment all = memory.allocate(
                method.workspace() + pointers + (long) NUMBER * lanes.getFirst().size(), ALIGNMENT);
        try {
            return callIn(SegmentAllocator.slicingAllocator(all), function, method, bits, lanes);
        } finally {
            all.fill((byte) 0);
        }
    }

    private static List<byte[]> callIn(
            SegmentAllocator rest, Function function, Method method, int bits, List<Input> lanes) {
        MemorySegment workspace = rest.allocate(method.workspace(), ALIGNMENT);
        MemorySegment[] tables = new MemorySegment[2 + lanes.getFirst().key().size()];
        Arrays.setAll(tables, _ -> rest.allocate(ValueLayout.ADDRESS, NUMBER));
        List<MemorySegment> answers = new ArrayList<>();
        for (int lane = 0; lane < NUMBER; lane++) {
            // A lane that nobody needs does the work of the first one again.
            Input input = lanes.get(lane < lanes.size() ? lane : 0);
            MemorySegment answer = rest.allocate(input.number().length, WORD);
            answers.add(answer);
            tables[0].setAtIndex(ValueLayout.ADDRESS, lane, rest.allocateFrom(ValueLayout.JAVA_BYTE, input.number()));
            tables[1].setAtIndex(ValueLayout.ADDRESS, lane, answer);
            for (int i = 2; i < tables.length; i++) {
                MemorySegment words = words(rest, input.octets(), input.key().get(i - 2));
                tables[i].setAtIndex(ValueLayout.ADDRESS, lane, words);
            }
        }
        try {
            // The status says no more than the answers do, which are checked.
            int _ = function.call(tables, bits, method.pointer(), workspace);
        } catch (Throwable e) {
            throw new LinkageError(LIBRARY, e);
        }
        return answers.subList(0, lanes.size()).stream()
                .map(answer -> answer.toArray(ValueLayout.JAVA_BYTE))
                .toList();
    }

    /** Writes a number of a key as the library wants it, in 64-bit words with the lowest first. */
    private static MemorySegment words(SegmentAllocator rest, int octets, BigInteger number) {
        MemorySegment words = rest.allocate(octets, WORD);
        byte[] reversed = number.toByteArray();
        for (int low = 0, high = reversed.length - 1; low < high; low++, high--) {
            byte kept = reversed[low];
            reversed[low] = reversed[high];
            reversed[high] = kept;
        }
        // A number in full length has an octet more, for its sign.
        MemorySegment.copy(
                reversed, 0, words, ValueLayout.JAVA_BYTE, 0, (int) Math.min(reversed.length, words.byteSize()));
        Arrays.fill(reversed, (byte) 0);
        return words;
    }

    static final String LIBRARY = "libcrypto_mb.so.11";

    private static final long ALIGNMENT = 64;
    private static final long WORD = ValueLayout.JAVA_LONG.byteAlignment();
    private static final FunctionDescriptor METHOD = FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    private static final FunctionDescriptor WORKSPACE =
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS);

    private static FunctionDescriptor operation(int tables) {
        return FunctionDescriptor.of(ValueLayout.JAVA_INT)
                .appendArgumentLayouts(
                        Collections.nCopies(tables, ValueLayout.ADDRESS).toArray(MemoryLayout[]::new))
                .appendArgumentLayouts(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    }
}
