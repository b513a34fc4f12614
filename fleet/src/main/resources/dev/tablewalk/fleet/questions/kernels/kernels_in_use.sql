-- id: kernels_in_use
-- title: Kernels and geometries in use
-- of: fleet
-- kind: report
-- meaning: Builds of kernels, the page tables that they run with, and how many guests and moments have them.
-- column: arch text | the architecture
-- column: kernel_release text | uname -r
-- column: kernel_build_id text | of the build
-- column: page_size bytes | of a page
-- column: levels integer | of page tables
-- column: va_bits integer | width of a virtual address
-- column: guests integer | that run it
-- column: moments integer | of these
SELECT arch, kernel_release, kernel_build_id, page_size, levels, va_bits, count(DISTINCT guest) AS guests, count(*) AS moments
FROM checkpoint
WHERE diff_before IS NULL
GROUP BY arch, kernel_release, kernel_build_id, page_size, levels, va_bits
ORDER BY arch, kernel_release, kernel_build_id, page_size, levels, va_bits
