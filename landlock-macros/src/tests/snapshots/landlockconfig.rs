// landlockconfig!("src/tests/snapshots/landlockconfig.json")

fn policy() -> Policy {
    {
        const _: &[u8] = ::core::include_bytes!(
            ::core::concat!(::core::env!("CARGO_MANIFEST_DIR"),
            "/src/tests/snapshots/landlockconfig.json")
        );
        ::landlock_runtime::__private::from_landlockconfig(
            ::landlock_runtime::Policy::new()
                .grant(
                    ::landlock_runtime::Rights::of(
                        &[
                            ::landlock_runtime::Right::Execute,
                            ::landlock_runtime::Right::ReadFile,
                            ::landlock_runtime::Right::ReadDir,
                            ::landlock_runtime::Right::Refer,
                        ],
                    ),
                    ::landlock_runtime::each(
                        ["/usr/lib", "/opt/lib", "/srv/$"]
                            .map(::landlock_runtime::optional),
                    ),
                )
                .bind_tcp(::landlock_runtime::each([0, 443]))
                .connect_tcp(::landlock_runtime::each([443])),
            ::landlock_runtime::Rights::of(
                &[
                    ::landlock_runtime::Right::Truncate,
                    ::landlock_runtime::Right::IoctlDev,
                    ::landlock_runtime::Right::ResolveUnix,
                    ::landlock_runtime::Right::BindUdp,
                    ::landlock_runtime::Right::ConnectSendUdp,
                    ::landlock_runtime::Right::AbstractUnixSocket,
                    ::landlock_runtime::Right::Signal,
                ],
            ),
        )
    }
}
