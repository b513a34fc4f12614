package dev.tablewalk.fleet.dataset;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Zstandard, without Hadoop's codecs: one compressor for all files of one thread, as each takes
 * megabytes. What it makes is good until the next, as that of Hadoop's compressors is.
 */
final class ZstdCodecs implements CompressionCodecFactory, AutoCloseable {
    /** Columns of a checkpoint get no smaller by the default, 3, which takes longer. */
    private static final int LEVEL = 1;

    private final Compressor compressor = new Compressor();

    private static final class Compressor implements BytesInputCompressor {
        private final ZstdCompressCtx context = new ZstdCompressCtx().setLevel(LEVEL);
        private final Page page = new Page();
        private byte[] compressed = {};

        /** Bytes in a buffer that is used again. */
        private static final class Page extends ByteArrayOutputStream {
            byte[] bytes() {
                return buf;
            }
        }

        @Override
        public BytesInput compress(BytesInput bytes) throws IOException {
            page.reset();
            bytes.writeAllTo(page);
            int most = Math.toIntExact(Zstd.compressBound(page.size()));
            if (compressed.length < most) {
                compressed = new byte[most];
            }
            int size =
                    context.compressByteArray(
                            compressed, 0, compressed.length, page.bytes(), 0, page.size());
            return BytesInput.from(compressed, 0, size);
        }

        @Override
        public CompressionCodecName getCodecName() {
            return CompressionCodecName.ZSTD;
        }

        @Override
        public void release() {} // others use it still
    }

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        return compressor;
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        throw new UnsupportedOperationException("files are only written");
    }

    @Override
    public void release() {} // by one of the files

    @Override
    public void close() {
        compressor.context.close();
    }
}
