// #[sandbox(crate = rt::sandboxing, read = "/etc")] #[allow(unused)] #[tokio::test] #[should_panic]
// async fn fetches() { #![allow(unused)] work().await }

#[allow(unused)]
#[tokio::test]
#[rt::sandboxing::sandbox(crate = rt::sandboxing, read = "/etc")]
#[should_panic]
async fn fetches() {
    #![allow(unused)]
    work().await
}
