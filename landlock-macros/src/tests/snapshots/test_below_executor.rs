// #[sandbox(read = "/etc")] #[allow(unused)] #[tokio::test] #[should_panic] async fn fetches() { work().await }

#[allow(unused)]
#[tokio::test]
#[::landlock_runtime::sandbox(read = "/etc")]
#[should_panic]
async fn fetches() {
    work().await
}
